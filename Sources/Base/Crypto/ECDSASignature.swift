internal import COpenSSL

/// The two spellings of an ECDSA signature on P-256.
enum ECDSASignature {
    static let fixedLength = 64

    /// 64 bytes to DER; nil for another length. Zeros and numbers beyond the order are for the verification to refuse.
    static func der(fixed: [UInt8]) -> [UInt8]? {
        guard fixed.count == fixedLength else { return nil }
        return DER.element(0x30, DER.unsigned(Array(fixed[..<32])) + DER.unsigned(Array(fixed[32...])))
    }

    /// What OpenSSL signed, as 64 bytes.
    static func fixed(der: [UInt8]) -> [UInt8]? {
        der.withUnsafeBufferPointer { bytes -> [UInt8]? in
            var position = bytes.baseAddress
            guard let signature = d2i_ECDSA_SIG(nil, &position, bytes.count) else { return nil }
            defer { ECDSA_SIG_free(signature) }
            var fixed = [UInt8](repeating: 0, count: fixedLength)
            let written = fixed.withUnsafeMutableBufferPointer { target -> Bool in
                guard let start = target.baseAddress else { return false }
                return BN_bn2binpad(ECDSA_SIG_get0_r(signature), start, 32) == 32
                    && BN_bn2binpad(ECDSA_SIG_get0_s(signature), start + 32, 32) == 32
            }
            return written ? fixed : nil
        }
    }
}
