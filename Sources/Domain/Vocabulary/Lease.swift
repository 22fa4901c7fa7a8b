/// The right to act for a time. Every permit, admission and ledger frame carries the lease under which it was made, so
/// that a later reader can prove that nothing was admitted after the lease of a cut-off node had run out.
package struct Lease: Hashable, Sendable {
    /// Number of the policy state (bundle, cuts, evidence, keys); rises with every change, never falls.
    package var epoch: UInt64
    /// Number of the grant; rises within a node's life.
    package var id: UInt64
    /// End on the node's own CLOCK_BOOTTIME, in nanoseconds; counted from when the lease was asked for.
    package var until: UInt64

    package init(epoch: UInt64, id: UInt64, until: UInt64) {
        self.epoch = epoch
        self.id = id
        self.until = until
    }
}
