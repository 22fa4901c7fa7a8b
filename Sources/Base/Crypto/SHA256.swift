internal import Bytes
internal import COpenSSL

/// SHA-256 (FIPS 180-4). A hasher is used again and again and allocates once, when it is made: EVP allocates a context
/// for each digest, which costs more than hashing a short input (docs/decisions/0043).
package struct SHA256: ~Copyable {
    private let context: UnsafeMutablePointer<SHA256_CTX>

    package init() {
        context = .allocate(capacity: 1)
        context.initialize(to: SHA256_CTX())
        start()
    }

    // The functions below fail for no input: their results are constants.
    private func start() { precondition(SHA256_Init(context) == 1) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        precondition(SHA256_Update(context, bytes.baseAddress, bytes.count) == 1)
    }

    package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }
    package func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }
    package func update(_ digest: Digest) { digest.withUnsafeBytes { update($0) } }

    /// The digest of everything since the last `finish`; the hasher starts anew.
    package func finish() -> Digest {
        let digest = Digest { target in precondition(SHA256_Final(target, context) == 1) }
        start()
        return digest
    }

    package static func digest(_ bytes: [UInt8]) -> Digest {
        let hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }

    deinit {
        OPENSSL_cleanse(context, MemoryLayout<SHA256_CTX>.size)
        context.deallocate()
    }
}
