package import Bytes
internal import COpenSSL

/// Wraps many keys under one: the schedule of the wrapping key is made once.
package struct KeyWrapper: ~Copyable {
    private let context: OpaquePointer

    package init(under wrapping: SecretBytes) throws(CryptoError) {
        guard wrapping.count == 32 else { throw .wrongLength(expected: 32, found: wrapping.count) }
        guard let context = KeyWrap.context(under: wrapping, encrypting: true) else {
            throw .failed(operation: "key wrap")
        }
        self.context = context
    }

    package func wrap(_ key: SecretBytes) throws(CryptoError) -> [UInt8] {
        // The same key with the standard's initial value anew.
        guard EVP_CipherInit_ex2(context, nil, nil, nil, 1, nil) == 1,
            let wrapped = key.withUnsafeBytes({ KeyWrap.run($0, context) })
        else { throw .failed(operation: "key wrap") }
        return wrapped
    }

    deinit { EVP_CIPHER_CTX_free(context) }
}

/// AES-256 key wrap (RFC 3394; NIST SP 800-38F, KW): a 32-byte key becomes 40 bytes under a wrapping key.
package enum KeyWrap {
    private static let algorithm = Cipher("AES-256-WRAP")

    package static func wrap(_ key: SecretBytes, under wrapping: SecretBytes) throws(CryptoError) -> [UInt8] {
        try KeyWrapper(under: wrapping).wrap(key)
    }

    /// Throws `notAuthentic` when the wrap was made under another key or was altered.
    package static func unwrap(_ wrapped: [UInt8], under wrapping: SecretBytes) throws(CryptoError) -> SecretBytes {
        guard wrapping.count == 32 else { throw .wrongLength(expected: 32, found: wrapping.count) }
        guard let context = context(under: wrapping, encrypting: false) else { throw .failed(operation: "key unwrap") }
        defer { EVP_CIPHER_CTX_free(context) }
        guard var key = wrapped.withUnsafeBytes({ run($0, context) }) else { throw .notAuthentic }
        return SecretBytes(taking: &key)
    }

    fileprivate static func context(under wrapping: SecretBytes, encrypting: Bool) -> OpaquePointer? {
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        portcullis_allow_key_wrap(context)
        let started = wrapping.withUnsafeBytes { key in
            EVP_CipherInit_ex2(
                context, algorithm.pointer, key.bindMemory(to: UInt8.self).baseAddress, nil, encrypting ? 1 : 0, nil)
        }
        guard started == 1 else {
            EVP_CIPHER_CTX_free(context)
            return nil
        }
        return context
    }

    fileprivate static func run(_ input: UnsafeRawBufferPointer, _ context: OpaquePointer) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: input.count + 16)
        var length: Int32 = 0
        let source = input.bindMemory(to: UInt8.self).baseAddress
        guard EVP_CipherUpdate(context, &output, &length, source, Int32(input.count)) == 1, length > 0 else {
            ERR_clear_error()
            return nil
        }
        output.removeSubrange(Int(length)...)
        return output
    }
}
