package import Bytes
internal import COpenSSL

/// Ed25519 (RFC 8032): 32-byte seed, 32-byte public key, 64-byte signature.
package enum Ed25519 {
    package static let signatureLength = 64

    /// Signs; made from a 32-byte seed. Not copied: the handle frees OpenSSL's key.
    package struct PrivateKey: ~Copyable {
        private let key: OpaquePointer
        package let publicKey: [UInt8]

        package init(seed: SecretBytes) throws(CryptoError) {
            guard seed.count == 32 else { throw .wrongLength(expected: 32, found: seed.count) }
            let key = seed.withUnsafeBytes { seed in
                EVP_PKEY_new_raw_private_key_ex(
                    nil, "ED25519", nil, seed.bindMemory(to: UInt8.self).baseAddress, seed.count)
            }
            guard let key else { throw .failed(operation: "Ed25519 key") }
            var publicKey = [UInt8](repeating: 0, count: 32)
            var length = 32
            guard EVP_PKEY_get_raw_public_key(key, &publicKey, &length) == 1, length == 32 else {
                EVP_PKEY_free(key)
                throw .failed(operation: "Ed25519 public key")
            }
            self.key = key
            self.publicKey = publicKey
        }

        package borrowing func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
            guard let context = EVP_MD_CTX_new() else { throw .failed(operation: "Ed25519 sign") }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: signatureLength)
            var length = signatureLength
            guard EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key, nil) == 1,
                EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length == signatureLength
            else { throw .failed(operation: "Ed25519 sign") }
            return signature
        }

        deinit { EVP_PKEY_free(key) }
    }

    package static func verify(_ signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard signature.count == signatureLength, publicKey.count == 32,
            let key = EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, publicKey, publicKey.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, key, nil) == 1 else { return false }
        let valid = EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        ERR_clear_error()
        return valid
    }
}
