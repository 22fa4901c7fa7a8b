internal import Bytes
internal import COpenSSL

/// SHA-256 (FIPS 180-4). A hasher keeps its state and is used again and again; no digest allocates anything.
package struct SHA256: ~Copyable {
    private let state: UnsafeMutablePointer<portcullis_sha256>

    package init() {
        state = .allocate(capacity: 1)
        state.initialize(to: portcullis_sha256())
        start()
    }

    private func start() { precondition(portcullis_sha256_start(state) == 1, "SHA256 could not be started") }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        precondition(portcullis_sha256_update(state, bytes.baseAddress, bytes.count) == 1)
    }

    package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }
    package func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }
    package func update(_ digest: Digest) { digest.withUnsafeBytes { update($0) } }

    /// The digest of everything since the last `finish`; the hasher starts anew.
    package func finish() -> Digest {
        let digest = Digest { target in
            precondition(portcullis_sha256_finish(state, target) == 1)
        }
        start()
        return digest
    }

    /// Goes on from where the other one is.
    func resume(_ other: borrowing SHA256) { state.pointee = other.state.pointee }

    package static func digest(_ bytes: [UInt8]) -> Digest {
        let hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }

    deinit {
        // What was hashed may have been a key.
        OPENSSL_cleanse(state, MemoryLayout<portcullis_sha256>.size)
        state.deallocate()
    }
}
