package import Vocabulary

/// The decision on one candidate, as bytes that can be replayed.
package struct Decision: Sendable {
    /// Deterministic CBOR of the complete decision input and its outcome.
    package let encoded: [UInt8]
}

/// The right to send one request to one deployment. Only a decision makes one; admitting it to the ledger uses it up.
package struct Permit: ~Copyable, Sendable {
    package let deployment: DeploymentID
    package let lease: Lease
    package let decision: Decision

    init(deployment: DeploymentID, lease: Lease, decision: Decision) {
        self.deployment = deployment
        self.lease = lease
        self.decision = decision
    }
}
