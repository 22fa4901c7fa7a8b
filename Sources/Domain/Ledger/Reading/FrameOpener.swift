internal import Bytes
internal import Crypto

/// Opens sealed bodies and checks them against their leaves.
struct FrameOpener: ~Copyable {
    private let cipher = AES256GCM()
    private let hasher = SHA256()

    /// - Parameters:
    ///   - bytes: of the whole frame.
    ///   - key: the block key that the leaf names.
    func open(_ frame: Frame, _ bytes: UnsafeRawBufferPointer, key: BlockKey) throws(LedgerError) -> [UInt8] {
        let what = "record \(frame.leaf.index)"
        let leaf = UnsafeRawBufferPointer(rebasing: bytes[frame.leafRange])
        let associated = FrameSealer.context + frame.bootID.bytes + leaf.prefix(Leaf.authenticatedLength)
        var nonce = [UInt8](repeating: 0, count: AES256GCM.nonceLength)
        nonce.replace(at: 4, bigEndian: frame.leaf.index)
        let body = UnsafeRawBufferPointer(rebasing: bytes[frame.bodyRange])
        let plaintext: [UInt8]
        do {
            plaintext = try cipher.open(body, key: key.key, nonce: nonce, authenticating: associated)
        } catch {
            throw .notAuthentic(what: what)
        }
        hasher.update(key.salt(logID: frame.leaf.logID, index: frame.leaf.index, with: hasher))
        hasher.update(plaintext)
        guard hasher.finish() == frame.leaf.commitment else { throw .notAuthentic(what: what) }
        return plaintext
    }

    /// Whether the sealed body is the one that the leaf names. Needs no key.
    func isWhole(_ frame: Frame, _ bytes: UnsafeRawBufferPointer) -> Bool {
        hasher.update(UnsafeRawBufferPointer(rebasing: bytes[frame.bodyRange]))
        return hasher.finish() == frame.leaf.bodyDigest
    }
}
