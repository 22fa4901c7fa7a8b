// Proves that rights are held as docs/roles.md says, that metadata, content and detection stay apart, and that a
// delegation reaches one entity, for its time, and not further.
import Files
import Identity
import Testing
import Vocabulary

private let now = Instant(seconds: 1_000_000)

private func person(_ id: String, _ roles: Set<Role>, isActive: Bool = true) throws -> Person {
    Person(
        id: try #require(PersonID(id)), name: "A", title: "T", entity: EntityID("hk"), site: nil, classes: .unknown,
        roles: roles, isActive: isActive)
}

struct RightsTests {
    @Test(arguments: Role.allCases)
    func noRoleHoldsTwoSeparatedRights(role: Role) {
        #expect(Right.separated.filter { role.rights.contains($0) }.count <= 1)
    }

    /// Each is somebody's: a right that nobody holds would be kept apart for nothing.
    @Test(arguments: Right.allCases)
    func everyRightIsHeldBySomebody(right: Right) {
        #expect(Role.allCases.contains { $0.rights.contains(right) })
    }

    @Test func everyRightHasABit() {
        #expect(Right.allCases.count <= 64)
        for right in Right.allCases { #expect(RightSet([right]).all == [right]) }
    }

    @Test func theDeskIsByItself() {
        for role in Role.allCases where role.rights.contains(.deskWrite) {
            #expect(role == .governmentAffairs)
            #expect(!role.rights.contains(.peopleWrite))
        }
        #expect(Role.allCases.filter { $0.rights.contains(.deskRead) } == [.governmentAffairs, .auditor])
    }

    @Test func anAuditorReadsEverythingButContentAndChangesNothing() {
        let reads = Right.allCases.filter { $0.rawValue.hasSuffix(".read") && $0 != .contentRead }
        #expect(Role.auditor.rights.all == reads)
    }

    @Test func aRegulatorsOfficerReadsProductionsOnly() {
        #expect(Role.regulatorOfficer.rights.all == [.productionsRead])
    }

    @Test(arguments: Role.allCases)
    func nobodySignsForAnotherFunction(role: Role) {
        let signatures = role.rights.all.filter(\.isSignature)
        #expect(signatures == Right.sign(as: role).map { [$0] } ?? [])
    }

    @Test func anEmployeeAndAStrangerMayNothing() throws {
        #expect(Access(person: try person("p", [.employee]), at: now).rights.isEmpty)
        #expect(Access(person: nil, at: now).rights.isEmpty)
        #expect(Access(person: try person("p", Set(Role.allCases), isActive: false), at: now).rights.isEmpty)
    }

    @Test func theSocketSignsNothing() {
        let access = Access(person: nil, peer: 0, at: now)
        #expect(access.may(.peopleWrite) && access.may(.cutOrder))
        for right in Right.allCases where right.isSignature { #expect(!access.may(right)) }
        for right: Right in [.contentRead, .deskRead, .deskWrite, .cutReopen] { #expect(!access.may(right)) }
    }

    // MARK: Delegations

    private func delegation(
        role: Role = .compliance, from: Int64 = 0, until: Int64 = 100, revoked: Int64? = nil, to person: String = "chan"
    ) throws -> Delegation {
        Delegation(
            id: DelegationID("d1"), person: try #require(PersonID(person)), role: role, entity: EntityID("hk"),
            from: now.adding(seconds: from), until: now.adding(seconds: until), givenBy: PersonID("boss"),
            revoked: revoked.map { now.adding(seconds: $0) })
    }

    @Test func aDelegationReachesItsEntityOnly() throws {
        let access = Access(person: try person("chan", []), delegations: [try delegation()], at: now)
        #expect(access.may(.peopleRead, in: EntityID("hk")))
        #expect(!access.may(.peopleRead, in: EntityID("uk")))
        #expect(!access.may(.peopleRead))
        #expect(access.reach(of: .peopleRead) == .entities([EntityID("hk")]))
        #expect(access.reach(of: .keysIssue) == .nothing)
        #expect(Access(person: try person("x", [.compliance]), at: now).reach(of: .peopleRead) == .everything)
    }

    /// What is passed on is not passed on again.
    @Test func aDelegateDelegatesNothing() throws {
        let access = Access(
            person: try person("chan", []), delegations: [try delegation(role: .platform)], at: now)
        #expect(access.may(.keysIssue, in: EntityID("hk")))
        #expect(!access.may(.delegationsWrite, in: EntityID("hk")))
        #expect(!access.may(.rolesWrite, in: EntityID("hk")))
    }

    @Test(arguments: [(1, 100, nil), (-100, 0, nil), (-100, 100, -1), (-100, 100, 0)] as [(Int64, Int64, Int64?)])
    func outsideOfItsTimeItIsNothing(from: Int64, until: Int64, revoked: Int64?) throws {
        let given = try delegation(from: from, until: until, revoked: revoked)
        let access = Access(person: try person("chan", []), delegations: [given], at: now)
        #expect(access.reach(of: .peopleRead) == .nothing)
    }

    @Test func anothersDelegationIsNothing() throws {
        let access = Access(person: try person("lee", []), delegations: [try delegation()], at: now)
        #expect(access.reach(of: .peopleRead) == .nothing)
    }

    @Test func whatMayBeGiven() throws {
        let boss = try person("boss", [.compliance, .auditor])
        func fault(_ delegation: Delegation, by giver: Person? = nil) -> Delegation.Fault? {
            do throws(Delegation.Fault) {
                try delegation.check(givenBy: giver ?? boss, at: now)
                return nil
            } catch { return error }
        }
        #expect(fault(try delegation()) == nil)
        #expect(fault(try delegation(role: .auditor)) == .roleNotDelegable(.auditor))
        #expect(fault(try delegation(role: .legal)) == .notHeld(.legal))
        #expect(fault(try delegation(until: 0)) == .empty)
        #expect(fault(try delegation(from: 10, until: 5)) == .empty)
        #expect(fault(try delegation(until: Delegation.longestSeconds)) == nil)
        #expect(fault(try delegation(until: Delegation.longestSeconds + 1)) == .tooLong)
        #expect(fault(try delegation(to: "boss")) == .toOneself)
        #expect(
            fault(try delegation(), by: try person("boss", [.compliance], isActive: false)) == .notHeld(.compliance))
    }

    // MARK: The page

    private static let page = "docs/roles.md"

    /// The page for people is what the code does.
    @Test func thePageSaysWhatRolesMay() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let found = try String(decoding: WholeFile.read("/\(root)/\(Self.page)", limit: 1 << 20), as: UTF8.self)
        let table = Self.table
        #expect(found.contains(table), "replace the tables of \(Self.page) by:\n\(table)")
    }

    private static var table: String {
        var text = "| role | may |\n|---|---|\n"
        for role in Role.allCases {
            let rights = role.rights.all.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            text += "| `\(role.rawValue)` | \(rights.isEmpty ? "only what is their own" : rights) |\n"
        }
        text += "\n| right | lets one | held by |\n|---|---|---|\n"
        for right in Right.allCases {
            let holders = Role.allCases.filter { $0.rights.contains(right) }.map(\.rawValue).joined(separator: ", ")
            text += "| `\(right.rawValue)` | \(right.meaning) | \(holders) |\n"
        }
        return text
    }
}
