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
    package var sessions: [Session] = []
    package var forgottenSessions: [SessionID] = []
    /// Everybody and everything anew, built by the reader; nil for changes.
    package var directory: Directory?
    /// More has changed than is taken over in one step.
    package var hasMore = false
    /// All that is known of each person named here.
    package var evidence: [PersonID: [EvidenceRow]] = [:]
    /// Date of the terms of use that hold; nil when unchanged.
    package var terms: String?
    package var bundle: Bundle?
    package var register: [CutEvent] = []

    package init() {}
}
