/// A record, opened: the parts joined.
package struct LedgerRecord: Sendable {
    /// Of its first part.
    package let leaf: Leaf
    /// One after its last part.
    package let end: UInt64
    package let plaintext: [UInt8]

    package var index: UInt64 { leaf.index }
    package var type: RecordType { leaf.type }
}
