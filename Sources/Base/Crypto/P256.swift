package import Bytes
internal import COpenSSL

/// ECDSA on P-256 with SHA-256 (FIPS 186-5 section 6).
package enum P256 {
    /// Signs; made from a 32-byte scalar. Not copied: the handle frees OpenSSL's key.
    package struct PrivateKey: ~Copyable {
        private let key: OpaquePointer
        /// The coordinates, 32 bytes each.
        package let x: [UInt8]
        package let y: [UInt8]

        package init(scalar: SecretBytes) throws(CryptoError) {
            guard scalar.count == 32 else { throw .wrongLength(expected: 32, found: scalar.count) }
            guard let point = P256.publicPoint(of: scalar), let key = P256.decode(scalar, point) else {
                throw .failed(operation: "P-256 key")
            }
            self.key = key
            x = Array(point[1..<33])
            y = Array(point[33...])
        }

        package borrowing func sign(
            _ message: [UInt8], form: VerificationKey.ECDSAForm = .fixed
        ) throws(CryptoError) -> [UInt8] {
            guard let context = EVP_MD_CTX_new() else { throw .failed(operation: "P-256 sign") }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: 80)
            var length = signature.count
            guard EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, key, nil) == 1,
                EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length <= signature.count
            else { throw .failed(operation: "P-256 sign") }
            signature.removeSubrange(length...)
            if form == .der { return signature }
            guard let fixed = ECDSASignature.fixed(der: signature) else { throw .failed(operation: "P-256 sign") }
            return fixed
        }

        deinit { EVP_PKEY_free(key) }
    }

    /// 65 bytes, uncompressed; nil for a scalar that is zero or beyond the order.
    private static func publicPoint(of scalar: SecretBytes) -> [UInt8]? {
        guard let group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), let point = EC_POINT_new(group) else {
            return nil
        }
        defer {
            EC_POINT_free(point)
            EC_GROUP_free(group)
        }
        let number = scalar.withUnsafeBytes { bytes in
            BN_bin2bn(bytes.bindMemory(to: UInt8.self).baseAddress, Int32(bytes.count), nil)
        }
        guard let number else { return nil }
        defer { BN_clear_free(number) }
        guard BN_is_zero(number) == 0, BN_cmp(number, EC_GROUP_get0_order(group)) < 0,
            EC_POINT_mul(group, point, number, nil, nil, nil) == 1
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: 65)
        let length = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, &bytes, bytes.count, nil)
        return length == bytes.count ? bytes : nil
    }

    /// Through ECPrivateKey (RFC 5915 section 3), which holds both.
    private static func decode(_ scalar: SecretBytes, _ point: [UInt8]) -> OpaquePointer? {
        let curve: [UInt8] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        var der = scalar.withUnsafeBytes { secret in
            DER.element(
                0x30,
                DER.element(0x02, [1]) + DER.element(0x04, Array(secret)) + DER.element(0xA0, curve)
                    + DER.element(0xA1, DER.element(0x03, [0] + point)))
        }
        let secret = SecretBytes(taking: &der)
        return secret.withUnsafeBytes { bytes -> OpaquePointer? in
            var position = bytes.bindMemory(to: UInt8.self).baseAddress
            return d2i_PrivateKey(EVP_PKEY_EC, nil, &position, bytes.count)
        }
    }
}
