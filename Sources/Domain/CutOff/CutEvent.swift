package import Vocabulary

/// One act on the register. Events are only ever added; what is in force follows from the set of them.
package enum CutEvent: Hashable, Sendable {
    case cut(CutEventID, Cut)
    case signature(CutEventID, ReopeningSignature)

    package var id: CutEventID {
        switch self {
        case .cut(let id, _), .signature(let id, _): id
        }
    }
}

/// One of the two signatures that reopen a cut-off.
package struct ReopeningSignature: Hashable, Sendable {
    package var cut: CutID
    package var person: PersonID
    package var account: AccountID
    package var key: KeyID
    package var at: Instant

    package init(cut: CutID, person: PersonID, account: AccountID, key: KeyID, at: Instant) {
        self.cut = cut
        self.person = person
        self.account = account
        self.key = key
        self.at = at
    }
}

/// A cut-off that two people have reopened.
package struct Reopening: Hashable, Sendable {
    package var cut: CutID
    /// One of each person, by time; the reopening takes effect with the second.
    package var signatures: [ReopeningSignature]

    /// When the reopening took effect.
    package var at: Instant { signatures[1].at }
}
