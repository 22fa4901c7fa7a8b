internal import Bytes
internal import Crypto

/// The key of one exchange in one compartment, ready for use.
struct BlockKey {
    let id: UInt64
    let key: SecretBytes
    private static let context = Array("portcullis.salt.1".utf8)

    /// What makes a commitment unguessable; whoever is given it can check a plaintext against the log.
    /// - Parameter hasher: with nothing in it; left so.
    func salt(logID: Opaque128, index: UInt64, with hasher: borrowing SHA256) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: BlockKey.context.count + 24, alignment: 8) { message in
            message.copyBytes(from: BlockKey.context)
            logID.store(to: message, at: BlockKey.context.count)
            message.store(bigEndian: index, at: BlockKey.context.count + 16)
            return HMAC.code(key: key, UnsafeRawBufferPointer(message), with: hasher)
        }
    }
}
