internal import Bytes
internal import Crypto

/// The key of one exchange in one compartment, ready for use: with its MAC context, which costs more to make than a
/// salt.
final class BlockKey {
    let id: UInt64
    let key: SecretBytes
    private let mac: HMAC
    private static let context = Array("portcullis.salt.1".utf8)

    init(id: UInt64, key: SecretBytes) {
        self.id = id
        self.key = key
        mac = HMAC(key: key)
    }

    /// What makes a commitment unguessable; whoever is given it can check a plaintext against the log.
    func salt(logID: Opaque128, index: UInt64) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: BlockKey.context.count + 24, alignment: 8) { message in
            message.copyBytes(from: BlockKey.context)
            logID.store(to: message, at: BlockKey.context.count)
            message.store(bigEndian: index, at: BlockKey.context.count + 16)
            mac.update(UnsafeRawBufferPointer(message))
            return mac.finish()
        }
    }
}
