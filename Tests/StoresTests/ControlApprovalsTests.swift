// Proves that an approval comes back from the store as it was put, with whatever evidence its signatures have; that it
// is used once; that content which was changed there is damage and not another act; and that ends are told once.
import Approvals
import Bytes
import Crypto
import Files
import Identity
import Storage
import Testing
import Vocabulary

@testable import Stores

struct ControlApprovalsTests {
    private static let dispose = Act.dispose(
        .init(scope: .zero, records: 7, through: Instant(seconds: 1), reason: "ended"))
    private static let fallback: ProposalID = ProposalID("ap-x")
    private static let ann: PersonID = PersonID("ann")
    private static let bob: PersonID = PersonID("bob")
    private static let office: AccountID = AccountID("a-ann")
    private static let key: KeyID = KeyID("k1")
    private static let compliance: FunctionID = FunctionID("compliance")
    private static let legal: FunctionID = FunctionID("legal")

    private func withStore(_ body: (ControlStore, String) throws -> Void) throws {
        let folder = "/tmp/portcullis-store-" + Hex.encode(SecureRandom.bytes(6))
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        try body(try ControlStore(path: folder + "/control.sqlite"), folder + "/control.sqlite")
    }

    private static func approval(
        _ id: StaticString, act: Act = dispose, proposer: Approval.Proposer = .peer(uid: 7), deadline: Instant? = nil,
        signatures: [Signature] = []
    ) -> Approval {
        Approval(
            id: ProposalID(id), act: act, proposer: proposer, proposed: Instant(seconds: 10),
            expires: Instant(seconds: 100), deadline: deadline, signatures: signatures, withdrawn: nil,
            used: deadline == nil ? nil : Instant(seconds: 10))
    }

    private static func signature(
        _ person: PersonID, at seconds: Int64, _ evidence: Signature.Evidence = .key(key)
    ) -> Signature {
        Signature(person: person, account: office, at: Instant(seconds: seconds), evidence: evidence)
    }

    @Test func comesBackAsItWasPut() throws {
        let digest = SHA256.digest([1])
        let evidence: [Signature.Evidence] = [
            .key(Self.key), .reauthenticated(.password, at: Instant(seconds: 19)),
            .reauthenticated(.provider, at: Instant(nanoseconds: 1)),
            .reauthenticated(.passkey, at: Instant(seconds: 18)),
            .passkey(credential: "c", assertion: digest),
        ]
        try withStore { store, _ in
            for (index, proof) in evidence.enumerated() {
                let id = ProposalID("ap-\(index)") ?? Self.fallback
                let put = Approval(
                    id: id, act: Self.dispose, proposer: index == 0 ? .peer(uid: 7) : .person(Self.ann, Self.office),
                    proposed: Instant(seconds: 10), expires: Instant(seconds: 100), deadline: nil,
                    signatures: [Self.signature(Self.ann, at: 20, proof)], withdrawn: nil, used: nil)
                try store.add(put)
                try store.sign(id, Self.signature(Self.bob, at: 30))
                #expect(try store.approval(id) == put.with(put.signatures + [Self.signature(Self.bob, at: 30)]))
            }
            #expect(
                try store.approvals(unusedFor: Self.dispose).map(\.id.text) == [
                    "ap-4", "ap-3", "ap-2", "ap-1", "ap-0",
                ])
            #expect(try store.openApprovals() == 5)
        }
    }

    @Test func isUsedOnce() throws {
        try withStore { store, _ in
            try store.add(Self.approval("ap-1"))
            #expect(try store.use(ProposalID("ap-1"), at: Instant(seconds: 40)))
            #expect(try !store.use(ProposalID("ap-1"), at: Instant(seconds: 41)))
            #expect(try store.approval(ProposalID("ap-1"))?.used == Instant(seconds: 40))
            #expect(try store.approvals(unusedFor: Self.dispose).isEmpty)
            #expect(try store.hasApproval(for: Self.dispose))
            try store.add(Self.approval("ap-2"))
            try store.withdraw(ProposalID("ap-2"), at: Instant(seconds: 42))
            #expect(try !store.use(ProposalID("ap-2"), at: Instant(seconds: 43)))
            // What was used is not withdrawn any more.
            try store.withdraw(ProposalID("ap-1"), at: Instant(seconds: 44))
            #expect(try store.approval(ProposalID("ap-1"))?.withdrawn == nil)
            #expect(try !store.use(ProposalID("ap-none"), at: Instant(seconds: 43)))
        }
    }

    @Test func onePersonIsOneRow() throws {
        try withStore { store, _ in
            try store.add(Self.approval("ap-1", signatures: [Self.signature(Self.ann, at: 20)]))
            try store.sign(ProposalID("ap-1"), Self.signature(Self.ann, at: 25))
            #expect(try store.approval(ProposalID("ap-1"))?.signatures.count == 1)
            try store.retract(ProposalID("ap-1"), Self.ann)
            #expect(try store.approval(ProposalID("ap-1"))?.signatures.isEmpty == true)
        }
    }

    @Test func changedContentIsDamage() throws {
        try withStore { store, path in
            try store.add(Self.approval("ap-1"))
            let other = Act.dispose(.init(scope: .zero, records: 8, through: Instant(seconds: 1), reason: "ended"))
            let writer = try Database(path: path)
            try writer.run("UPDATE approvals SET content = ?", [.blob(other.encoded)])
            #expect(throws: StorageError.self) { try store.approval(ProposalID("ap-1")) }
        }
    }

    @Test func endsAreToldOnce() throws {
        let cut = Act.orderCut(.init(cut: CutID("cut-1"), order: .zero))
        try withStore { store, _ in
            try store.add(Self.approval("ap-ends"))
            try store.add(Self.approval("ap-overdue", act: cut, deadline: Instant(seconds: 50)))
            try store.add(Self.approval("ap-withdrawn"))
            try store.withdraw(ProposalID("ap-withdrawn"), at: Instant(seconds: 20))
            func unsettled(_ seconds: Int64) throws -> [String] {
                try store.unsettledApprovals(at: Instant(seconds: seconds)).map(\.id.text)
            }
            #expect(try unsettled(49) == [])
            #expect(try unsettled(50) == ["ap-overdue"])
            #expect(try unsettled(100) == ["ap-ends", "ap-overdue"])
            try store.settle(ProposalID("ap-overdue"), at: Instant(seconds: 101))
            #expect(try unsettled(102) == ["ap-ends"])
        }
    }

    @Test func pagesGoBackwards() throws {
        try withStore { store, _ in
            for index in 0..<5 {
                try store.add(
                    Approval(
                        id: ProposalID("ap-\(index)") ?? Self.fallback, act: Self.dispose,
                        proposer: .peer(uid: 0), proposed: Instant(seconds: 1), expires: Instant(seconds: 2),
                        deadline: nil, signatures: [], withdrawn: nil, used: nil))
            }
            let first = try store.approvals(before: nil, limit: 3)
            #expect(first.map(\.approval.id.text) == ["ap-4", "ap-3", "ap-2"])
            #expect(
                try store.approvals(before: first.last?.number, limit: 3).map(\.approval.id.text) == ["ap-1", "ap-0"])
        }
    }

    /// People and accounts as they are now: leavers, closed accounts and services are not there.
    @Test func theRosterIsOfNow() throws {
        let entity: EntityID = EntityID("bank")
        let closed: AccountID = AccountID("a-closed")
        let service: AccountID = AccountID("s-1")
        try withStore { store, _ in
            func put(_ id: PersonID, isActive: Bool = true) throws {
                try store.put(
                    Person(
                        id: id, name: "n", title: "t", entity: entity, site: nil, classes: .unknown,
                        roles: [.legal, .employee], isActive: isActive))
            }
            try put(Self.ann)
            try put(Self.bob, isActive: false)
            try store.put(Account(id: Self.office, holder: .person(Self.ann)))
            try store.put(Account(id: closed, holder: .person(Self.ann), isActive: false))
            try store.put(Account(id: service, holder: .service(accountable: [Self.ann])))
            try store.put(
                Delegation(
                    id: DelegationID("d-1"), person: Self.ann, role: .compliance, entity: entity,
                    from: Instant(seconds: 40), until: Instant(seconds: 60), givenBy: Self.bob))
            let roster = try store.roster(
                [Self.ann, Self.bob], [Self.office, closed, service], at: Instant(seconds: 50))
            #expect(roster.signatory(Self.ann)?.functions(for: []) == [Self.legal])
            #expect(roster.signatory(Self.ann)?.functions(for: [entity]) == [Self.legal, Self.compliance])
            #expect(
                try store.roster([Self.ann], [], at: Instant(seconds: 60)).signatory(Self.ann)?.functions(for: [entity])
                    == [Self.legal])
            #expect(roster.signatory(Self.bob) == nil)
            #expect(roster.holder(of: Self.office) == Self.ann)
            #expect(roster.holder(of: closed) == nil)
            #expect(roster.holder(of: service) == nil)
        }
    }
}
