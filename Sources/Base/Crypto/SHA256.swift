internal import Bytes
internal import COpenSSL

/// SHA-256 (FIPS 180-4). A hasher keeps its OpenSSL context and is used again and again: fetching the algorithm for
/// every digest costs three times as much as hashing a short input.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer
    private static let algorithm = MessageDigest("SHA256")

    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest context") }
        self.context = context
        precondition(
            EVP_DigestInit_ex2(context, SHA256.algorithm.pointer, nil) == 1, "SHA256 could not be started")
    }

    /// The same algorithm anew: nothing is looked up or allocated for it.
    private func start() { precondition(EVP_DigestInit_ex2(context, nil, nil) == 1, "SHA256 could not be started") }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1)
    }

    package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }
    package func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }
    package func update(_ digest: Digest) { digest.withUnsafeBytes { update($0) } }

    /// The digest of everything since the last `finish`; the hasher starts anew.
    package func finish() -> Digest {
        let digest = Digest { target in
            precondition(EVP_DigestFinal_ex(context, target, nil) == 1)
        }
        start()
        return digest
    }

    package static func digest(_ bytes: [UInt8]) -> Digest {
        let hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }

    deinit { EVP_MD_CTX_free(context) }
}

/// A digest fetched once for the life of the process.
final class MessageDigest: Sendable {
    // SAFETY: set once, an immutable reference-counted object of OpenSSL that any thread may read.
    nonisolated(unsafe) let pointer: OpaquePointer

    init(_ name: String) {
        guard let digest = EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("OpenSSL has no \(name): the provider configuration of this machine is broken")
        }
        pointer = digest
    }
}
