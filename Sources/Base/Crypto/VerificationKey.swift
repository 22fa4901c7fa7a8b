internal import Bytes
internal import COpenSSL

/// A public key that others sign with: Ed25519, ECDSA on P-256 or RSA of 2048 to 4096 bits. However it came, it passes
/// through its SubjectPublicKeyInfo (RFC 5280 section 4.1), where its kind, curve and size are judged once.
///
/// Immutable; any thread may verify with it.
package final class VerificationKey: Sendable {
    package enum Kind: Equatable, Sendable {
        case ed25519
        case p256
        case rsa(bits: Int)
    }

    /// How the two numbers of an ECDSA signature are written; other signatures have one form.
    package enum ECDSAForm: Sendable {
        /// 32 bytes each (RFC 7518 section 3.4).
        case fixed
        /// Ecdsa-Sig-Value (RFC 3279 section 2.2.3), as WebAuthn has it.
        case der
    }

    /// LIMIT: of RSA, in bits. Smaller can be broken; larger costs whoever verifies.
    package static let rsaBits = 2048...4096
    /// LIMIT: of a key, in bytes; one of RSA with 4096 bits has 550.
    package static let maximumLength = 1024

    package let kind: Kind
    /// DER; one spelling for each key.
    package let subjectPublicKeyInfo: [UInt8]
    // SAFETY: an immutable reference-counted object of OpenSSL; verification makes a context of its own.
    private nonisolated(unsafe) let key: OpaquePointer

    /// - Parameter spki: SubjectPublicKeyInfo in DER, nothing behind it.
    package init(subjectPublicKeyInfo spki: [UInt8]) throws(CryptoError) {
        guard spki.count <= VerificationKey.maximumLength else {
            throw .unusableKey(reason: "it is longer than any key of a kind that is known here")
        }
        defer { ERR_clear_error() }
        guard let key = VerificationKey.decode(spki) else {
            throw .unusableKey(reason: "it is no public key in DER (SubjectPublicKeyInfo)")
        }
        do throws(CryptoError) {
            kind = try VerificationKey.judge(key)
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
        self.key = key
        subjectPublicKeyInfo = spki
    }

    /// SHA-256 of the SubjectPublicKeyInfo: what a pin names.
    package var fingerprint: Digest { SHA256.digest(subjectPublicKeyInfo) }

    /// False for a signature of another kind of key, too: the caller says which algorithm it expects, never the signer.
    package func verify(
        _ signature: [UInt8], over message: [UInt8], _ algorithm: SignatureAlgorithm, ecdsa form: ECDSAForm = .fixed
    ) -> Bool {
        defer { ERR_clear_error() }
        switch (algorithm, kind) {
        case (.edDSA, .ed25519): return verify(signature, message, digest: nil)
        case (.es256, .p256):
            guard let der = form == .der ? signature : ECDSASignature.der(fixed: signature) else { return false }
            return verify(der, message, digest: "SHA256")
        case (.rs256, .rsa): return verify(signature, message, digest: "SHA256", padding: RSA_PKCS1_PADDING)
        case (.ps256, .rsa): return verify(signature, message, digest: "SHA256", padding: RSA_PKCS1_PSS_PADDING)
        default: return false
        }
    }

    /// Whether signatures of this algorithm can be of this key.
    package func suits(_ algorithm: SignatureAlgorithm) -> Bool {
        switch (algorithm, kind) {
        case (.edDSA, .ed25519), (.es256, .p256), (.rs256, .rsa), (.ps256, .rsa): true
        default: false
        }
    }

    private func verify(_ signature: [UInt8], _ message: [UInt8], digest: String?, padding: Int32? = nil) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        // Belongs to `context`, which frees it.
        var keyContext: OpaquePointer?
        guard EVP_DigestVerifyInit_ex(context, &keyContext, digest, nil, nil, key, nil) == 1 else { return false }
        if let padding {
            guard EVP_PKEY_CTX_set_rsa_padding(keyContext, padding) == 1 else { return false }
            if padding == RSA_PKCS1_PSS_PADDING {
                guard EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, Int32(Digest.length)) == 1 else { return false }
            }
        }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private static func decode(_ spki: [UInt8]) -> OpaquePointer? {
        spki.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            guard let start = position, let key = d2i_PUBKEY(nil, &position, bytes.count) else { return nil }
            // Every byte was read, and written again they are the same: a key has one fingerprint.
            var written: UnsafeMutablePointer<UInt8>?
            let length = i2d_PUBKEY(key, &written)
            defer { CRYPTO_free(written, nil, 0) }
            guard position == start + bytes.count, length == bytes.count, let written,
                UnsafeBufferPointer(start: written, count: bytes.count).elementsEqual(bytes)
            else {
                EVP_PKEY_free(key)
                return nil
            }
            return key
        }
    }

    private static func judge(_ key: OpaquePointer) throws(CryptoError) -> Kind {
        if EVP_PKEY_is_a(key, "ED25519") == 1 { return .ed25519 }
        if EVP_PKEY_is_a(key, "EC") == 1 {
            var name = [CChar](repeating: 0, count: 32)
            var length = 0
            guard EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1,
                name.prefix(length).elementsEqual("prime256v1".utf8.map { CChar($0) })
            else { throw .unusableKey(reason: "its curve is not P-256") }
            guard isSound(key) else { throw .unusableKey(reason: "its point is not on the curve") }
            return .p256
        }
        // "RSA" and not "RSA-PSS": a key that binds its parameters is another kind.
        guard EVP_PKEY_is_a(key, "RSA") == 1 else {
            throw .unusableKey(reason: "it is none of Ed25519, P-256 and RSA")
        }
        let bits = Int(EVP_PKEY_get_bits(key))
        guard rsaBits.contains(bits) else { throw .unusableKey(reason: "RSA keys have 2048 to 4096 bits") }
        var exponent: OpaquePointer?
        defer { BN_free(exponent) }
        guard EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1, BN_is_odd(exponent) == 1,
            (17...64).contains(BN_num_bits(exponent))
        else { throw .unusableKey(reason: "the exponent of an RSA key is odd, 65537 or more, of 64 bits at most") }
        guard isSound(key) else { throw .unusableKey(reason: "the modulus of the RSA key is unsound") }
        return .rsa(bits: bits)
    }

    private static func isSound(_ key: OpaquePointer) -> Bool {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        return EVP_PKEY_public_check_quick(context) == 1
    }

    deinit { EVP_PKEY_free(key) }
}
