internal import COpenSSL

/// SHA-512 (FIPS 180-4), for the few places where others chose it; ours use SHA-256.
package enum SHA512 {
    package static let length = 64
    private static let algorithm = MessageDigest("SHA512")

    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        precondition(
            EVP_Digest(bytes, bytes.count, &digest, nil, algorithm.pointer, nil) == 1, "SHA512 could not be made")
        return digest
    }
}
