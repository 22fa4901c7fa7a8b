internal import COpenSSL

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
