// Proves what a node makes of the control store and of cut-offs: who is affected by a change, what a caller may
// declare, and that the epoch moves with everything that decisions rest on.
import Bundle
import Bytes
import Crypto
import CutOff
import Identity
import Location
import Policy
import Runtime
import Stores
import TestKit
import Testing
import Vocabulary

@testable import Gateway

struct NodeStateTests {
    private let bundle: Bundle

    init() throws {
        TestLoop.start()
        let root = #filePath.components(upTo: "/Tests/")
        bundle = try Bundle.load(folder: root + "/examples/bank")
    }

    private static let now = Instant("2026-11-20T10:00:00Z") ?? Instant(seconds: 0)
    private static let visitor = Visitor(
        bearer: .key(KeyID("K")), account: AccountID("a-1"), persons: [PersonID("p-1")], address: nil, label: nil)

    private func update() -> ControlUpdate {
        var update = ControlUpdate()
        update.revision = 7
        update.terms = "2026-01-01"
        update.people = [
            Person(
                id: PersonID("p-1"), name: "P", title: "T", entity: EntityID("meridian-hk"), site: Country("HK"),
                classes: .foreign, roles: [.employee])
        ]
        update.accounts = [Account(id: AccountID("a-1"), holder: .person(PersonID("p-1")))]
        update.keys = [
            APIKey(
                id: KeyID("K"), digest: .zero, account: AccountID("a-1"), useCase: UseCaseID("general"),
                owner: PersonID("p-1"), created: Self.now, acceptedTerms: "2026-01-01")
        ]
        return update
    }

    private static func cut(_ id: CutID, _ event: CutEventID) throws -> CutEvent {
        .cut(
            event,
            try Cut(
                id: id, scope: CutScope(territory: Country("HK")), reason: "r",
                basis: CutBasis(fileName: "f", digest: [UInt8](repeating: 0, count: 32), length: 1),
                orderedBy: .peer(uid: 0), at: now))
    }

    @EventLoop private func state() -> NodeState {
        let state = NodeState(bundle: bundle, pepper: SecretBytes([UInt8](repeating: 1, count: 32)))
        _ = state.apply(update())
        return state
    }

    @Test @EventLoop func theEpochFollowsTheStoreAndCutOffsThatPassItBy() throws {
        let state = state()
        let first = state.epoch
        #expect(state.takeEmergency([try Self.cut(CutID("c1"), CutEventID("e1"))]))
        #expect(state.epoch > first && state.cuts.map(\.id) == [CutID("c1")])
        let second = state.epoch
        // The same again is no news; two orders under one event id are not both believed.
        #expect(!state.takeEmergency([try Self.cut(CutID("c1"), CutEventID("e1"))]))
        #expect(!state.takeEmergency([try Self.cut(CutID("c2"), CutEventID("e1"))]))
        #expect(state.epoch == second && state.cuts.count == 1)
        var next = ControlUpdate()
        next.revision = 8
        #expect(!state.apply(next).everything)
        #expect(state.epoch > second)
    }

    @Test @EventLoop func aChangeConcernsThoseItNames() {
        let state = state()
        var other = ControlUpdate()
        other.revision = 8
        other.evidence = [PersonID("p-2"): []]
        #expect(!state.apply(other).concerns(Self.visitor))
        var own = ControlUpdate()
        own.revision = 9
        own.evidence = [PersonID("p-1"): []]
        #expect(state.apply(own).concerns(Self.visitor))
        var terms = ControlUpdate()
        terms.revision = 10
        terms.terms = "2026-06-01"
        #expect(state.apply(terms).concerns(Self.visitor))
        // Unchanged terms change nothing.
        terms.revision = 11
        #expect(!state.apply(terms).concerns(Self.visitor))
    }

    @Test @EventLoop func aLabelCanOnlyBeRaised() throws {
        let state = state()
        let caller = try state.directory.caller(.key(KeyID("K")), at: Self.now)
        let usual = try state.call(caller, of: Self.visitor, at: Self.now).facts.data.labels
        for label in DataLabel.allCases {
            let visitor = Visitor(
                bearer: .key(KeyID("K")), account: AccountID("a-1"), persons: [PersonID("p-1")], address: nil,
                label: label)
            let found = try state.call(caller, of: visitor, at: Self.now).facts.data.labels
            #expect(found.count == 1 && found.min() == max(label, usual.min() ?? label))
        }
    }

    @Test @EventLoop func aLeaseEndsByItself() {
        let state = state()
        #expect(!state.isLeaseCurrent)
        state.renewLease(asked: Clocks.sinceBoot, length: .seconds(60))
        #expect(state.isLeaseCurrent && state.lease.epoch == state.epoch)
        state.renewLease(asked: Clocks.sinceBoot, length: 0)
        #expect(!state.isLeaseCurrent)
    }

    @Test @EventLoop func anAddressIsEvidence() {
        let state = state()
        let office = state.located(PersonID("p-1"), from: IPAddress(bytes: [127, 0, 1, 9]), at: Self.now)
        #expect(office.places.sorted == [Country("HK")])
        let nowhere = state.located(PersonID("p-1"), from: IPAddress(bytes: [127, 0, 0, 1]), at: Self.now)
        #expect(nowhere.places.sorted == nil)
    }
}

extension String {
    fileprivate func components(upTo marker: String) -> String {
        range(of: marker).map { String(self[..<$0.lowerBound]) } ?? self
    }

    private func range(of marker: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(marker) }.map { $0..<index($0, offsetBy: marker.count) }
    }
}
