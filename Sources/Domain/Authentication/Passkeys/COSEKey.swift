internal import Bytes
internal import Crypto

/// A credential's public key (RFC 9052 section 7, RFC 9053) in the canonical form of CTAP2 section 8: integer labels in
/// order, each once, in the shortest form; only what its kind needs.
///
///     ES256  {1: 2, 3: -7,   -1: 1, -2: x, -3: y}
///     EdDSA  {1: 1, 3: -8,   -1: 6, -2: x}
///     RS256  {1: 3, 3: -257, -1: n, -2: e}
struct COSEKey {
    let key: VerificationKey
    let algorithm: SignatureAlgorithm
    /// Bytes that it took; more may follow.
    let length: Int

    /// LIMIT: of one value, in bytes: a modulus of 4096 bits.
    private static let maximumValue: UInt64 = 512

    private enum Value {
        case number(Int64)
        case bytes([UInt8])
    }

    init(_ bytes: [UInt8]) throws(AuthenticationError) {
        var reader = ByteReader(bytes)
        guard let values = COSEKey.values(&reader) else { throw .malformed(field: "credentialPublicKey") }
        length = reader.offset
        let made: (VerificationKey, SignatureAlgorithm)?
        do throws(CryptoError) { made = try COSEKey.key(values) } catch { throw .unsupportedKey }
        guard let made else { throw .unsupportedKey }
        (key, algorithm) = made
    }

    private static func key(
        _ values: [Int64: Value]
    ) throws(CryptoError) -> (VerificationKey, SignatureAlgorithm)? {
        guard case .number(let kind)? = values[1], case .number(let algorithm)? = values[3] else { return nil }
        switch (kind, algorithm, values[-1], values[-2], values[-3], values.count) {
        case (2, -7, .number(1)?, .bytes(let x)?, .bytes(let y)?, 5):
            return (try VerificationKey(p256x: x, y: y), .es256)
        case (1, -8, .number(6)?, .bytes(let x)?, nil, 4): return (try VerificationKey(ed25519: x), .edDSA)
        case (3, -257, .bytes(let n)?, .bytes(let e)?, nil, 4):
            return (try VerificationKey(rsaModulus: n, exponent: e), .rs256)
        default: return nil
        }
    }

    private static func values(_ reader: inout ByteReader) -> [Int64: Value]? {
        guard let (major, count) = head(&reader), major == 5, (1...8).contains(count) else { return nil }
        var values: [Int64: Value] = [:]
        var last: (major: UInt8, argument: UInt64)?
        for _ in 0..<count {
            // Sorted by their encodings: positive labels before negative ones, smaller arguments first.
            guard let label = head(&reader), label.major <= 1, label.argument < 24,
                last.map({ ($0.major, $0.argument) < (label.major, label.argument) }) ?? true
            else { return nil }
            last = label
            guard let (kind, argument) = head(&reader) else { return nil }
            let value: Value
            switch kind {
            case 0 where argument <= UInt64(Int32.max): value = .number(Int64(argument))
            case 1 where argument <= UInt64(Int32.max): value = .number(-1 - Int64(argument))
            case 2:
                guard argument <= maximumValue, let bytes = reader.read(count: Int(argument)) else { return nil }
                value = .bytes(bytes)
            default: return nil
            }
            values[label.major == 0 ? Int64(label.argument) : -1 - Int64(label.argument)] = value
        }
        return values
    }

    /// Major type and argument in the shortest form (RFC 8949 section 3), up to 32 bits.
    private static func head(_ reader: inout ByteReader) -> (major: UInt8, argument: UInt64)? {
        guard let first = reader.read(UInt8.self) else { return nil }
        let major = first >> 5
        switch first & 31 {
        case let small where small < 24: return (major, UInt64(small))
        case 24: return reader.read(UInt8.self).flatMap { $0 >= 24 ? (major, UInt64($0)) : nil }
        case 25: return reader.read(UInt16.self).flatMap { $0 > 0xFF ? (major, UInt64($0)) : nil }
        case 26: return reader.read(UInt32.self).flatMap { $0 > 0xFFFF ? (major, UInt64($0)) : nil }
        default: return nil
        }
    }
}
