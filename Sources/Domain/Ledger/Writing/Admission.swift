package import Vocabulary

/// The proof that a request is recorded: the only thing for which `Upstream` opens a connection, used up by doing so.
/// It owns the bytes that go out, so an admission of one request cannot send another.
package struct Admission: ~Copyable, Sendable {
    package let reference: Reference
    /// Index of the ADMIT record.
    package let index: UInt64
    package let deployment: DeploymentID
    package let lease: Lease
    package let outgoing: [UInt8]

    /// Internal to this module: law 1.
    init(_ ticket: consuming AdmitTicket) {
        reference = ticket.reference
        index = ticket.index
        deployment = ticket.deployment
        lease = ticket.lease
        outgoing = ticket.outgoing
    }
}
