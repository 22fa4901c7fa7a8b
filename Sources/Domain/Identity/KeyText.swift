package import Bytes
package import Crypto
package import Vocabulary

/// A key as its holder has it, shown once: `pck_<id>_<secret><check>`.
///
/// - `pck_` lets secret scanners find a leaked one;
/// - `<id>`: 10 Crockford base-32 digits, the public name;
/// - `<secret>`: 40 base-62 digits, 238 bits;
/// - `<check>`: 6 base-62 digits of the CRC-32C of all before, so that a mistyped key is told from a wrong one.
package struct KeyText: Sendable {
    package let id: KeyID
    private let text: SecretBytes

    package static let length = 4 + 10 + 1 + 40 + 6
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A new key. - Parameter random: at least 64 random bytes.
    package init?(random: [UInt8]) {
        guard random.count >= 64 else { return nil }
        let id = String(Base32.encode(bytes: Array(random[..<8])).prefix(10))
        var body = Array("pck_\(id)_".utf8)
        // 256 is no multiple of 62: bytes from 248 on are passed over, so that every digit is as likely as any other.
        for byte in random[8...] where byte < 248 && body.count < 15 + 40 {
            body.append(KeyText.digits[Int(byte % 62)])
        }
        guard body.count == 15 + 40, let key = KeyID(id) else { return nil }
        body += KeyText.check(body)
        self.id = key
        text = SecretBytes(taking: &body)
    }

    package enum Fault: Error, Equatable, Sendable {
        /// Not the shape of a key of this product.
        case notAKey
        /// The shape is right and the check digits are not: mistyped or cut off.
        case damaged
    }

    package init(_ presented: String) throws(Fault) { try self.init(SecretBytes(Array(presented.utf8))) }

    package init(_ presented: SecretBytes) throws(Fault) {
        id = try presented.withUnsafeBytes { (bytes) throws(Fault) -> KeyID in
            guard bytes.count == KeyText.length, bytes.starts(with: "pck_".utf8), bytes[14] == 0x5F,
                let id = KeyID(String(decoding: bytes[4..<14], as: UTF8.self))
            else { throw .notAKey }
            var rest = CRC32C.of(UnsafeRawBufferPointer(rebasing: bytes[..<55]))
            for digit in bytes[55...] {
                guard digit == KeyText.digits[Int(rest % 62)] else { throw .damaged }
                rest /= 62
            }
            return id
        }
        text = presented
    }

    /// For the one time that it is shown.
    package func reveal() -> String { text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    package func digest(under pepper: borrowing HMAC) -> Digest {
        text.withUnsafeBytes { pepper.update($0) }
        return pepper.finish()
    }

    private static func check(_ body: [UInt8]) -> [UInt8] {
        var rest = CRC32C.of(body)
        return (0..<6).map { _ in
            defer { rest /= 62 }
            return digits[Int(rest % 62)]
        }
    }
}
