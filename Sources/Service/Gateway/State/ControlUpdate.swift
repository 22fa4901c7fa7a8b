package import Bundle
package import CutOff
package import Identity
package import Stores
package import Vocabulary

/// What a node takes over from the control store in one step.
package struct ControlUpdate: Sendable {
    package var revision: UInt64 = 0
    package var people: [Person] = []
    package var accounts: [Account] = []
    package var keys: [APIKey] = []
    /// All that is known of each person named here.
    package var evidence: [PersonID: [EvidenceRow]] = [:]
    /// Date of the terms of use that hold; nil when unchanged.
    package var terms: String?
    package var bundle: Bundle?
    package var register: [CutEvent] = []

    package init() {}
}
