internal import Vocabulary

/// A permit that is being recorded, together with the bytes that it lets out. Becomes an `Admission` when the record is
/// durable, and not before.
package struct AdmitTicket: ~Copyable {
    /// Of the ADMIT record.
    package let index: UInt64
    /// Below this count of durable records the ticket is pending.
    package let durableFrom: UInt64
    let reference: Reference
    let deployment: DeploymentID
    let lease: Lease
    let outgoing: [UInt8]
}
