/// One step of the control store: what was changed, not how. Readers fetch the present state of it, so that steps may
/// be skipped but never lost.
package struct ControlChange: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case person
        case account
        case key
        case terms
        case source
        /// `id` is the person.
        case evidence
        case bundle
        /// The register of cut-offs; `id` is the event.
        case register
    }

    package var revision: UInt64
    package var kind: Kind
    package var id: String
}
