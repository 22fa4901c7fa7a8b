// Proves the life of an approval by tables of steps: who may propose, whose signature counts and when, that the people
// and the matrix of the moment of use decide, and that one approval is used once for what was signed.
import Crypto
import Testing
import Vocabulary

@testable import Approvals

struct ApprovalTests {
    static let matrix = SignOffMatrix([
        SignOffRow(
            .releaseHold, proposes: [Samples.vendorRisk, Samples.legal],
            signs: [[Samples.legal], [Samples.compliance]],
            lifetimeSeconds: 600)
    ])
    static let act = Act.releaseHold(.init(hold: Samples.hold, scope: .zero, reason: "matter closed"))

    /// ann: legal, two accounts. bob: compliance. cy: both. dan: vendor risk. eve: security. A service of bob's.
    static var roster: Roster {
        var roster = Roster()
        let people: [(String, Set<FunctionID>)] = [
            ("ann", [Samples.legal]), ("bob", [Samples.compliance]), ("cy", [Samples.legal, Samples.compliance]),
            ("dan", [Samples.vendorRisk]), ("eve", [Samples.security]),
        ]
        for (name, functions) in people {
            roster.put(Signatory(person: Samples.person(name), functions: functions))
            roster.put(account: Samples.account(name), of: Samples.person(name))
        }
        roster.put(account: Samples.account("ann-2"), of: Samples.person("ann"))
        return roster
    }

    static func signature(_ name: String, account: String? = nil, at seconds: Int64 = 100) -> Signature {
        Signature(
            person: Samples.person(name), account: Samples.account(account ?? name), at: Instant(seconds: seconds),
            evidence: .key(KeyID("k")))
    }

    static func proposed(by name: String? = "dan", act: Act = act, matrix: SignOffMatrix = matrix) throws -> Approval {
        let proposer: Approval.Proposer =
            name.map { .person(Samples.person($0), Samples.account($0)) } ?? .peer(uid: 0)
        return try Approval(
            proposing: act, id: ProposalID("ap-1"), by: proposer, matrix: matrix, roster: roster,
            at: Instant(seconds: 50))
    }

    enum Step: Sendable {
        case sign(String, account: String? = nil, at: Int64 = 100)
        case retract(String)
        case withdraw(String?)
        case use(at: Int64 = 200)
        case useOther
        /// Becomes a leaver.
        case leave(String)
        case lose(String, Set<FunctionID>)
        case close(account: String)
    }

    struct Row: Sendable {
        var proposer: String? = "dan"
        var steps: [Step]
        /// `done`, or the code of the last step's error; earlier ones must be done.
        var last: String
    }

    static let rows: [Row] = [
        Row(steps: [.use()], last: "approval_needed"),
        Row(steps: [.sign("ann"), .use()], last: "approval_needed"),
        Row(steps: [.sign("ann"), .sign("bob"), .use()], last: "done"),
        Row(steps: [.sign("bob"), .sign("ann"), .use()], last: "done"),
        // One who does both fills either place, and only one of them.
        Row(steps: [.sign("cy"), .use()], last: "approval_needed"),
        Row(steps: [.sign("cy"), .sign("ann"), .use()], last: "done"),
        Row(steps: [.sign("cy"), .sign("bob"), .use()], last: "done"),
        // One person, two accounts.
        Row(steps: [.sign("ann"), .sign("ann", account: "ann-2")], last: "same_person"),
        Row(steps: [.sign("ann"), .sign("ann")], last: "same_person"),
        // Accounts that are nobody's own.
        Row(steps: [.sign("bob", account: "service")], last: "forbidden"),
        Row(steps: [.sign("bob", account: "ann")], last: "forbidden"),
        // Functions that nobody asked for.
        Row(steps: [.sign("eve")], last: "forbidden"),
        Row(steps: [.sign("stranger")], last: "forbidden"),
        // The proposer does not sign here; the user of the socket may propose.
        Row(proposer: "ann", steps: [.sign("ann")], last: "forbidden"),
        Row(proposer: "ann", steps: [.sign("cy"), .sign("bob"), .use()], last: "done"),
        Row(proposer: nil, steps: [.sign("ann"), .sign("bob"), .use()], last: "done"),
        Row(proposer: nil, steps: [.use()], last: "approval_needed"),
        // Judged again when used.
        Row(steps: [.sign("ann"), .sign("bob"), .leave("bob"), .use()], last: "approval_needed"),
        Row(steps: [.sign("ann"), .sign("bob"), .lose("bob", [Samples.security]), .use()], last: "approval_needed"),
        Row(steps: [.sign("ann"), .sign("bob"), .close(account: "bob"), .use()], last: "approval_needed"),
        Row(steps: [.sign("ann"), .sign("bob"), .leave("bob"), .sign("cy"), .use()], last: "done"),
        // The other place of somebody changes what is missing.
        Row(steps: [.sign("ann"), .sign("cy"), .leave("ann"), .sign("bob"), .use()], last: "done"),
        // Taken back.
        Row(steps: [.sign("ann"), .sign("bob"), .retract("bob"), .use()], last: "approval_needed"),
        Row(steps: [.sign("ann"), .retract("ann"), .sign("ann"), .sign("bob"), .use()], last: "done"),
        Row(steps: [.retract("ann")], last: "not_signed"),
        Row(steps: [.sign("ann"), .sign("bob"), .withdraw("dan"), .use()], last: "approval_withdrawn"),
        Row(steps: [.sign("ann"), .withdraw("ann"), .sign("bob")], last: "approval_withdrawn"),
        Row(steps: [.withdraw(nil), .withdraw("dan")], last: "approval_withdrawn"),
        Row(steps: [.withdraw("eve")], last: "forbidden"),
        // Once, for what was signed.
        Row(steps: [.sign("ann"), .sign("bob"), .use(), .use()], last: "approval_used"),
        Row(steps: [.sign("ann"), .sign("bob"), .use(), .sign("cy")], last: "approval_used"),
        Row(steps: [.sign("ann"), .sign("bob"), .use(), .retract("bob")], last: "approval_used"),
        Row(steps: [.sign("ann"), .sign("bob"), .use(), .withdraw("dan")], last: "approval_used"),
        Row(steps: [.sign("ann"), .sign("bob"), .useOther], last: "other_content"),
        // Proposed at 50, for 600 seconds.
        Row(steps: [.sign("ann"), .sign("bob"), .use(at: 649)], last: "done"),
        Row(steps: [.sign("ann"), .sign("bob"), .use(at: 650)], last: "approval_expired"),
        Row(steps: [.sign("ann", at: 649)], last: "done"),
        Row(steps: [.sign("ann", at: 650)], last: "approval_expired"),
    ]

    @Test(arguments: rows.indices)
    func follows(_ index: Int) throws {
        let row = ApprovalTests.rows[index]
        var approval = try ApprovalTests.proposed(by: row.proposer)
        var roster = ApprovalTests.roster
        for (position, step) in row.steps.enumerated() {
            var said = "done"
            do throws(ApprovalError) {
                try ApprovalTests.take(step, &approval, &roster)
            } catch { said = error.code }
            #expect(said == (position == row.steps.count - 1 ? row.last : "done"), "step \(position) of row \(index)")
        }
    }

    static func take(_ step: Step, _ approval: inout Approval, _ roster: inout Roster) throws(ApprovalError) {
        switch step {
        case .sign(let name, let account, let at):
            _ = try approval.sign(signature(name, account: account, at: at), matrix: matrix, roster: roster)
        case .retract(let name): try approval.retract(Samples.person(name), at: Instant(seconds: 150))
        case .withdraw(let name):
            try approval.withdraw(by: name.map { Samples.person($0) }, at: Instant(seconds: 150))
        case .use(let at): try approval.use(for: act, matrix: matrix, roster: roster, at: Instant(seconds: at))
        case .useOther:
            let other = Act.releaseHold(.init(hold: Samples.hold, scope: .zero, reason: "matter closed."))
            try approval.use(for: other, matrix: matrix, roster: roster, at: Instant(seconds: 200))
        case .leave(let name):
            var signatory = roster.signatory(Samples.person(name))
            signatory?.isActive = false
            if let signatory { roster.put(signatory) }
        case .lose(let name, let functions):
            roster.put(Signatory(person: Samples.person(name), functions: functions))
        case .close(let account): roster.remove(account: Samples.account(account))
        }
    }

    // MARK: Proposing

    @Test(arguments: [("dan", true), ("ann", true), ("bob", false), ("stranger", false)])
    func whoProposes(_ name: String, _ may: Bool) throws {
        if may {
            #expect(try ApprovalTests.proposed(by: name).signatures.isEmpty)
        } else {
            #expect(throws: ApprovalError.notEntitledToPropose(needed: ["legal", "vendor_risk"])) {
                try ApprovalTests.proposed(by: name)
            }
        }
    }

    @Test func anExceptionLastsThirtyDays() throws {
        func propose(_ until: Int64) throws -> Approval {
            let act = Act.exception(
                .init(
                    rule: Samples.rule, persons: [], entities: [], until: Instant(seconds: 50 + until), reason: "deal"))
            return try ApprovalTests.proposed(by: nil, act: act)
        }
        #expect(try propose(30 * 86_400).used == nil)
        #expect(throws: ApprovalError.lastsTooLong(latest: Instant(seconds: 50 + 30 * 86_400))) {
            try propose(30 * 86_400 + 1)
        }
        #expect(throws: ApprovalError.endsAlready) { try propose(0) }
    }

    // MARK: Who is concerned, and where

    @Test func nobodySignsForThemselves() throws {
        let act = Act.exception(
            .init(
                rule: Samples.rule, persons: [Samples.person("bob")], entities: [], until: Instant(seconds: 1000),
                reason: "deal"))
        var approval = try ApprovalTests.proposed(by: nil, act: act)
        #expect(throws: ApprovalError.doesNotCount(person: Samples.person("bob"), .concerned)) {
            try approval.sign(
                ApprovalTests.signature("bob"), matrix: ApprovalTests.matrix, roster: ApprovalTests.roster)
        }
    }

    @Test func aDelegationCountsForItsEntity() {
        let other: EntityID = EntityID("meridian-uk")
        let signatory = Signatory(
            person: Samples.nobody, functions: [Samples.security],
            delegated: [Samples.bank: [Samples.compliance, Samples.legal], other: [Samples.legal]])
        #expect(signatory.functions(for: []) == [Samples.security])
        #expect(signatory.functions(for: [Samples.bank]) == [Samples.security, Samples.compliance, Samples.legal])
        #expect(signatory.functions(for: [Samples.bank, other]) == [Samples.security, Samples.legal])
        let third: EntityID = EntityID("meridian-us")
        #expect(signatory.functions(for: [Samples.bank, third]) == [Samples.security])
    }

    // MARK: Matrix at use

    @Test func theMatrixOfTheMomentOfUseDecides() throws {
        var approval = try ApprovalTests.proposed()
        for name in ["ann", "bob"] {
            _ = try approval.sign(
                ApprovalTests.signature(name), matrix: ApprovalTests.matrix, roster: ApprovalTests.roster)
        }
        let stricter = SignOffMatrix([
            SignOffRow(
                .releaseHold, proposes: [], signs: [[Samples.legal], [Samples.compliance], [Samples.security]])
        ])
        #expect(throws: ApprovalError.self) {
            try approval.use(
                for: ApprovalTests.act, matrix: stricter, roster: ApprovalTests.roster, at: Instant(seconds: 200))
        }
        let byPasskey = SignOffMatrix([
            SignOffRow(
                .releaseHold, proposes: [], signs: [[Samples.legal], [Samples.compliance]], methods: [.passkey])
        ])
        #expect(throws: ApprovalError.self) {
            try approval.use(
                for: ApprovalTests.act, matrix: byPasskey, roster: ApprovalTests.roster, at: Instant(seconds: 200))
        }
        try approval.use(
            for: ApprovalTests.act, matrix: ApprovalTests.matrix, roster: ApprovalTests.roster,
            at: Instant(seconds: 200))
        #expect(approval.used == Instant(seconds: 200))
    }

    @Test func aBundleThatChangesTheMatrixTakesBothRows() throws {
        let model = Samples.function("model_risk")
        let matrix = SignOffMatrix([
            SignOffRow(.activateBundle, proposes: [], signs: [[model], [Samples.compliance]]),
            SignOffRow(.changeMatrix, proposes: [], signs: [[Samples.legal], [Samples.compliance]]),
        ])
        var roster = ApprovalTests.roster
        roster.put(Signatory(person: Samples.person("eve"), functions: [model]))
        var change = Samples.change
        change.matrix = Samples.digest(9)
        var approval = try ApprovalTests.proposed(by: nil, act: .activateBundle(change), matrix: matrix)
        for (name, missing) in [("eve", 3), ("bob", 1), ("ann", 0)] {
            let standing = try approval.sign(ApprovalTests.signature(name), matrix: matrix, roster: roster)
            #expect(standing.missing.count == missing)
        }
        #expect(approval.standing(matrix: matrix, roster: roster).counted.map(\.text) == ["eve", "bob", "ann"])
    }

    // MARK: How it was signed

    static let fresh: [(Signature.Evidence, Bool)] = [
        (.key(KeyID("k")), true),
        (.passkey(credential: "c", assertion: .zero), true),
        (.reauthenticated(.password, at: Instant(seconds: 1000)), true),
        (.reauthenticated(.password, at: Instant(seconds: 700)), true),
        (.reauthenticated(.provider, at: Instant(seconds: 700)), true),
        (.reauthenticated(.password, at: Instant(nanoseconds: 699_999_999_999)), false),
        (.reauthenticated(.password, at: Instant(nanoseconds: 1_000_000_000_001)), false),
        (.reauthenticated(.passkey, at: Instant(seconds: 700)), true),
        (.reauthenticated(.passkey, at: Instant(seconds: 699)), false),
        // A key is shown with the call that signs, not before.
        (.reauthenticated(.key, at: Instant(seconds: 1000)), false),
    ]

    @Test(arguments: fresh.indices)
    func aSignInIsFiveMinutesOldAtTheMost(_ index: Int) throws {
        let (evidence, isFresh) = ApprovalTests.fresh[index]
        let signature = Signature(
            person: Samples.person("ann"), account: Samples.account("ann"), at: Instant(seconds: 1000),
            evidence: evidence)
        #expect(signature.isFresh == isFresh)
        let matrix = SignOffMatrix()
        var approval = try ApprovalTests.proposed(by: nil, matrix: matrix)
        if isFresh {
            _ = try approval.sign(signature, matrix: matrix, roster: ApprovalTests.roster)
        } else {
            #expect(throws: ApprovalError.doesNotCount(person: Samples.person("ann"), .stale)) {
                try approval.sign(signature, matrix: matrix, roster: ApprovalTests.roster)
            }
        }
    }

    // MARK: Done first

    @Test func aCutIsConfirmedAfterwards() throws {
        let matrix = SignOffMatrix.standard
        let cut = Act.orderCut(.init(cut: Samples.cut, order: .zero))
        var approval = try ApprovalTests.proposed(by: "eve", act: cut, matrix: matrix)
        let roster = ApprovalTests.roster
        func standing() -> Approval.Standing { approval.standing(matrix: matrix, roster: roster) }
        #expect(approval.deadline == Instant(seconds: 50 + 3600))
        #expect(approval.state(at: Instant(seconds: 50), standing()) == .used)
        _ = try approval.sign(ApprovalTests.signature("eve", at: 60), matrix: matrix, roster: roster)
        #expect(!approval.isOverdue(at: Instant(seconds: 3649), standing()))
        #expect(approval.isOverdue(at: Instant(seconds: 3650), standing()))
        // Late, and better than never.
        _ = try approval.sign(ApprovalTests.signature("bob", at: 4000), matrix: matrix, roster: roster)
        #expect(!approval.isOverdue(at: Instant(seconds: 4000), standing()))
        // Taking a signature back does not undo a cut, nor does withdrawing it.
        #expect(throws: ApprovalError.self) { try approval.withdraw(by: nil, at: Instant(seconds: 4001)) }
    }

    @Test func whatWasKeptTwiceCountsOnce() {
        let approval = Approval(
            id: ProposalID("ap-1"), act: ApprovalTests.act, proposer: .peer(uid: 0), proposed: Instant(seconds: 0),
            expires: Instant(seconds: 600), deadline: nil,
            signatures: [ApprovalTests.signature("cy"), ApprovalTests.signature("cy")], withdrawn: nil, used: nil)
        #expect(approval.signatures.count == 1)
        #expect(!approval.standing(matrix: ApprovalTests.matrix, roster: ApprovalTests.roster).isMet)
    }
}
