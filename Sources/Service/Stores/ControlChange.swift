/// One step of the control store: what was changed, not how. Readers fetch the present state of it, so that steps may
/// be skipped but never lost.
package struct ControlChange: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case person
        case account
        case key
        case session
        case terms
        case source
        /// `id` is the person.
        case evidence
        case bundle
        /// The register of cut-offs; `id` is the event.
        case register
        /// Written by a later version: nothing that this one reads.
        case other
    }

    /// How a session's stands in the store: programs from before sessions read it as a key that is not there, and so
    /// can still use the store when an upgrade is taken back.
    private static let sessionPrefix = "session:"

    init(revision: UInt64, storedKind: String, storedID: String) {
        self.revision = revision
        if storedKind == Kind.key.rawValue, storedID.hasPrefix(ControlChange.sessionPrefix) {
            kind = .session
            id = String(storedID.dropFirst(ControlChange.sessionPrefix.count))
        } else {
            kind = Kind(rawValue: storedKind) ?? .other
            id = storedID
        }
    }

    static func stored(_ kind: Kind, _ id: String) -> (kind: String, id: String) {
        kind == .session ? (Kind.key.rawValue, sessionPrefix + id) : (kind.rawValue, id)
    }

    package var revision: UInt64
    package var kind: Kind
    package var id: String
}
