package import Bytes
internal import COpenSSL

/// Bytes from OpenSSL's generator, seeded by the kernel. Passed in where a test needs its own.
package enum SecureRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the machine has no randomness: nothing may be sealed")
        return bytes
    }

    package static func key() -> SecretBytes {
        var bytes = bytes(32)
        return SecretBytes(taking: &bytes)
    }
}
