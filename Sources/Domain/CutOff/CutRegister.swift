package import Vocabulary

/// Which cut-offs are in force: a set of events, from which the state follows.
///
///     open ── cut ──▶ cut ── signature of a person ──▶ signed once ── signature of another person ──▶ reopened
///
/// Being a set, two registers merge by union: in any order, any number of times, with the same result. Two nodes that
/// each took a signature agree after the merge; two signatures of one person stay one.
package struct CutRegister: Hashable, Sendable {
    /// How many natural persons reopen. Accounts and keys do not count.
    package static let personsToReopen = 2

    private var events: [CutEventID: CutEvent] = [:]

    package init() {}

    package init(_ events: some Sequence<CutEvent>) throws(CutOffError) {
        for event in events { try insert(event) }
    }

    /// How many events it holds.
    package var count: Int { events.count }

    /// Sorted by id.
    package var allEvents: [CutEvent] { events.values.sorted { $0.id < $1.id } }

    /// Records an order. It is in force when the returned event is durable.
    package mutating func order(_ cut: Cut, event id: CutEventID) throws(CutOffError) -> CutEvent {
        guard self.cut(cut.id) == nil else { throw .idTaken(cut.id) }
        let event = CutEvent.cut(id, cut)
        try insert(event)
        return event
    }

    package enum Signing: Hashable, Sendable {
        /// One person has signed; another must.
        case awaitsAnother(CutEvent)
        case reopened(CutEvent, Reopening)
    }

    /// Records one signature under a reopening.
    /// - Parameters:
    ///   - roles: what the signer may do.
    ///   - entitled: any of these roles allows signing.
    package mutating func sign(
        _ signature: ReopeningSignature, roles: Set<String>, entitled: Set<String>, event id: CutEventID
    ) throws(CutOffError) -> Signing {
        guard cut(signature.cut) != nil else { throw .unknownCut(signature.cut) }
        guard reopening(of: signature.cut) == nil else { throw .alreadyReopened(signature.cut) }
        if let earlier = signatures(of: signature.cut).first(where: { $0.person == signature.person }) {
            throw .alreadySigned(cut: signature.cut, person: signature.person, account: earlier.account)
        }
        guard !roles.isDisjoint(with: entitled) else {
            throw .notEntitled(person: signature.person, needed: entitled.sorted())
        }
        let event = CutEvent.signature(id, signature)
        try insert(event)
        if let reopening = reopening(of: signature.cut) { return .reopened(event, reopening) }
        return .awaitsAnother(event)
    }

    /// Takes over an event of another node, or of the ledger. A known one changes nothing.
    package mutating func insert(_ event: CutEvent) throws(CutOffError) {
        if let known = events[event.id] {
            guard known == event else { throw .contradictoryEvents(event.id) }
            return
        }
        events[event.id] = event
    }

    package mutating func merge(_ other: CutRegister) throws(CutOffError) {
        for event in other.allEvents { try insert(event) }
    }

    /// The cut-offs in force, sorted by id. A signature that arrived before its cut-off waits for it.
    package var active: [Cut] {
        cuts.filter { reopening(of: $0.id) == nil }
    }

    /// Everything that was ever ordered, sorted by id. One id ordered twice, by nodes that did not know of each other,
    /// stands here twice, and both orders hold.
    package var cuts: [Cut] {
        var cuts: [Cut] = []
        for case .cut(_, let cut) in allEvents { cuts.append(cut) }
        return cuts.sorted { ($0.id, $0.at) < ($1.id, $1.at) }
    }

    package func cut(_ id: CutID) -> Cut? { cuts.first { $0.id == id } }

    /// By time, the first of each person.
    package func signatures(of cut: CutID) -> [ReopeningSignature] {
        var signatures: [ReopeningSignature] = []
        for case .signature(_, let signature) in allEvents where signature.cut == cut { signatures.append(signature) }
        signatures.sort { ($0.at, $0.person) < ($1.at, $1.person) }
        var persons: Set<PersonID> = []
        return signatures.filter { persons.insert($0.person).inserted }
    }

    /// Nil while fewer than two persons have signed.
    package func reopening(of cut: CutID) -> Reopening? {
        let signatures = signatures(of: cut)
        guard signatures.count >= CutRegister.personsToReopen else { return nil }
        return Reopening(cut: cut, signatures: Array(signatures.prefix(CutRegister.personsToReopen)))
    }
}
