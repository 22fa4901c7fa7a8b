package import Bytes
internal import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) under one key. A nonce must never repeat under a key: the caller derives it from a
/// counter that cannot repeat.
package struct AES256GCM: ~Copyable {
    package static let keyLength = 32
    package static let nonceLength = 12
    package static let tagLength = 16

    private let context: OpaquePointer
    private static let algorithm = Cipher("AES-256-GCM")

    /// A context without a key; `use` sets one. Kept and reused, because a context costs more than sealing a record.
    package init() {
        guard let context = EVP_CIPHER_CTX_new(),
            EVP_CipherInit_ex2(context, AES256GCM.algorithm.pointer, nil, nil, 1, nil) == 1
        else { preconditionFailure("no memory for a cipher context") }
        self.context = context
    }

    /// Appends ciphertext and tag to `output`.
    /// - Parameter key: 32 bytes. - Parameter nonce: 12 bytes, unique under this key.
    package func seal(
        _ plaintext: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8], authenticating associated: [UInt8],
        to output: inout [UInt8]
    ) throws(CryptoError) {
        try start(key: key, nonce: nonce, encrypting: true)
        try feed(associated: associated)
        let start = output.count
        let total = plaintext.count + AES256GCM.tagLength
        output.reserveCapacity(start + total)
        output.append(contentsOf: repeatElement(0, count: total))
        let done = output.withUnsafeMutableBytes { out -> Bool in
            guard let base = out.baseAddress else { return false }
            let target = (base + start).assumingMemoryBound(to: UInt8.self)
            var written: Int32 = 0
            if plaintext.count > 0 {
                guard
                    EVP_EncryptUpdate(
                        context, target, &written, plaintext.bindMemory(to: UInt8.self).baseAddress,
                        Int32(plaintext.count)) == 1
                else { return false }
            }
            var last: Int32 = 0
            guard EVP_EncryptFinal_ex(context, target + Int(written), &last) == 1 else { return false }
            return portcullis_gcm_get_tag(context, Int32(AES256GCM.tagLength), target + plaintext.count) == 1
        }
        guard done else { throw .failed(operation: "AES-256-GCM seal") }
    }

    /// - Parameter sealed: ciphertext and tag. Throws `notAuthentic` when key, nonce, associated data or a byte differ.
    package func open(
        _ sealed: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8], authenticating associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let length = sealed.count - AES256GCM.tagLength
        guard length >= 0 else { throw .notAuthentic }
        try start(key: key, nonce: nonce, encrypting: false)
        try feed(associated: associated)
        var plaintext = [UInt8](repeating: 0, count: length)
        var tag = Array(sealed[length...])
        let authentic = plaintext.withUnsafeMutableBufferPointer { out -> Bool in
            var written: Int32 = 0
            if length > 0 {
                guard
                    EVP_DecryptUpdate(
                        context, out.baseAddress, &written, sealed.bindMemory(to: UInt8.self).baseAddress, Int32(length)
                    )
                        == 1
                else { return false }
            }
            guard portcullis_gcm_set_tag(context, Int32(AES256GCM.tagLength), &tag) == 1 else { return false }
            var rest = [UInt8](repeating: 0, count: 16)
            var last: Int32 = 0
            return EVP_DecryptFinal_ex(context, &rest, &last) == 1
        }
        guard authentic else { throw .notAuthentic }
        return plaintext
    }

    private func start(key: SecretBytes, nonce: [UInt8], encrypting: Bool) throws(CryptoError) {
        guard key.count == AES256GCM.keyLength else {
            throw .wrongLength(expected: AES256GCM.keyLength, found: key.count)
        }
        guard nonce.count == AES256GCM.nonceLength else {
            throw .wrongLength(expected: AES256GCM.nonceLength, found: nonce.count)
        }
        // The algorithm is set already; to name it again would make OpenSSL allocate its state anew.
        let started = key.withUnsafeBytes { key in
            EVP_CipherInit_ex2(
                context, nil, key.bindMemory(to: UInt8.self).baseAddress, nonce,
                encrypting ? 1 : 0, nil)
        }
        guard started == 1 else { throw .failed(operation: "AES-256-GCM start") }
    }

    private func feed(associated: [UInt8]) throws(CryptoError) {
        guard !associated.isEmpty else { return }
        var length: Int32 = 0
        guard EVP_CipherUpdate(context, nil, &length, associated, Int32(associated.count)) == 1 else {
            throw .failed(operation: "AES-256-GCM associated data")
        }
    }

    deinit { EVP_CIPHER_CTX_free(context) }
}

/// A cipher fetched once for the life of the process.
final class Cipher: Sendable {
    // SAFETY: set once, an immutable reference-counted object of OpenSSL that any thread may read.
    nonisolated(unsafe) let pointer: OpaquePointer

    init(_ name: String) {
        guard let cipher = EVP_CIPHER_fetch(nil, name, nil) else {
            preconditionFailure("OpenSSL has no \(name): the provider configuration of this machine is broken")
        }
        pointer = cipher
    }
}
