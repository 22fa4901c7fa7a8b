/// Keys from their parts, as JWK (RFC 7518 section 6) and COSE (RFC 9053 section 7) have them.
extension VerificationKey {
    /// - Parameter publicKey: 32 bytes (RFC 8032 section 5.1.5).
    package convenience init(ed25519 publicKey: [UInt8]) throws(CryptoError) {
        guard publicKey.count == 32 else { throw .wrongLength(expected: 32, found: publicKey.count) }
        // RFC 8410 section 4: SEQUENCE { SEQUENCE { 1.3.101.112 }, BIT STRING }.
        let head: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        try self.init(subjectPublicKeyInfo: head + publicKey)
    }

    /// - Parameters: the coordinates, 32 bytes each, leading zeros kept.
    package convenience init(p256x x: [UInt8], y: [UInt8]) throws(CryptoError) {
        guard x.count == 32 else { throw .wrongLength(expected: 32, found: x.count) }
        guard y.count == 32 else { throw .wrongLength(expected: 32, found: y.count) }
        // RFC 5480 section 2: SEQUENCE { SEQUENCE { id-ecPublicKey, secp256r1 }, BIT STRING }, the point uncompressed.
        let head: [UInt8] = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
            0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        ]
        try self.init(subjectPublicKeyInfo: head + x + y)
    }

    /// - Parameters: modulus and exponent, big-endian, no leading zeros.
    package convenience init(rsaModulus modulus: [UInt8], exponent: [UInt8]) throws(CryptoError) {
        guard let first = modulus.first, first != 0, modulus.count <= rsaBytes else {
            throw .unusableKey(reason: "RSA keys have 2048 to 4096 bits")
        }
        guard let first = exponent.first, first != 0, exponent.count <= 8 else {
            throw .unusableKey(reason: "the exponent of an RSA key is odd, 65537 or more, of 64 bits at most")
        }
        // RFC 3279 section 2.3.1: SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { SEQUENCE { n, e } } }.
        let algorithm: [UInt8] = [
            0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        let numbers = DER.element(0x30, DER.unsigned(modulus) + DER.unsigned(exponent))
        try self.init(subjectPublicKeyInfo: DER.element(0x30, algorithm + DER.element(0x03, [0] + numbers)))
    }
}

private let rsaBytes = VerificationKey.rsaBits.upperBound / 8
