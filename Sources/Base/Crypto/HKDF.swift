package import Bytes

/// HKDF with SHA-256 (RFC 5869): keys for one purpose each out of one secret.
package enum HKDF {
    /// - Parameter count: at most 8,160 bytes (255 digests, section 2.3).
    package static func derive(from secret: SecretBytes, salt: [UInt8], info: [UInt8], count: Int) -> SecretBytes {
        precondition((1...255 * Digest.length).contains(count), "HKDF gives 1 to 8160 bytes")
        // Section 2.2: HMAC with the salt as its key; no salt is a digest's length of zeros.
        let extractor = HMAC(key: SecretBytes(salt.isEmpty ? [UInt8](repeating: 0, count: Digest.length) : salt))
        secret.withUnsafeBytes { extractor.update($0) }
        var prk = extractor.finish().bytes
        let expander = HMAC(key: SecretBytes(taking: &prk))
        var output: [UInt8] = []
        output.reserveCapacity(count + Digest.length)
        var last: [UInt8] = []
        var counter: UInt8 = 0
        while output.count < count {
            counter += 1
            expander.update(last + info + [counter])
            last = expander.finish().bytes
            output += last
        }
        output.removeLast(output.count - count)
        return SecretBytes(taking: &output)
    }
}
