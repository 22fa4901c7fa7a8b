package import Bytes
package import Crypto
package import Vocabulary

/// A key or a session as its holder has it, shown once: `<prefix>_<id>_<secret><check>`.
///
/// - `pck_` (key) or `pcs_` (session) lets secret scanners find a leaked one;
/// - `<id>`: 10 Crockford base-32 digits, the public name;
/// - `<secret>`: 40 base-62 digits, 238 bits;
/// - `<check>`: 6 base-62 digits of the CRC-32C of all before, so that a mistyped one is told from a wrong one.
package struct TokenText<Kind: TokenKind>: Sendable {
    package typealias Fault = TokenFault

    package let id: Identifier<Kind>
    private let text: SecretBytes

    package static var length: Int { TokenShape.length }

    /// A new one. - Parameter random: at least 64 random bytes.
    package init?(random: [UInt8]) {
        guard var body = TokenShape.make(Kind.prefix, random: random),
            let id = Identifier<Kind>(String(decoding: body[4..<14], as: UTF8.self))
        else { return nil }
        self.id = id
        text = SecretBytes(taking: &body)
    }

    package init(_ presented: String) throws(TokenFault) { try self.init(SecretBytes(Array(presented.utf8))) }

    package init(_ presented: SecretBytes) throws(TokenFault) {
        let name = try presented.withUnsafeBytes { (bytes) throws(TokenFault) -> String in
            try TokenShape.name(in: bytes, prefix: Kind.prefix)
        }
        guard let id = Identifier<Kind>(name) else { throw .notAKey }
        self.id = id
        text = presented
    }

    /// For the one time that it is shown.
    package func reveal() -> String { text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    package func digest(under pepper: borrowing HMAC) -> Digest {
        text.withUnsafeBytes { pepper.update($0) }
        return pepper.finish()
    }
}

package protocol TokenKind: IdentifierKind {
    /// Four characters.
    static var prefix: StaticString { get }
}

extension KeyKind: TokenKind { package static var prefix: StaticString { "pck_" } }
extension SessionKind: TokenKind { package static var prefix: StaticString { "pcs_" } }

package typealias KeyText = TokenText<KeyKind>
package typealias SessionText = TokenText<SessionKind>

package enum TokenFault: Error, Equatable, Sendable {
    /// Not the shape of a key of this product.
    case notAKey
    /// The shape is right and the check digits are not: mistyped or cut off.
    case damaged
}

/// What is the same for every kind.
private enum TokenShape {
    static let length = 4 + 10 + 1 + 40 + 6
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func make(_ prefix: StaticString, random: [UInt8]) -> [UInt8]? {
        guard random.count >= 64 else { return nil }
        var body = Array("\(prefix)\(Base32.encode(bytes: Array(random[..<8])).prefix(10))_".utf8)
        // 256 is no multiple of 62: bytes from 248 on are passed over, so that every digit is as likely as any other.
        for byte in random[8...] where byte < 248 && body.count < 15 + 40 {
            body.append(digits[Int(byte % 62)])
        }
        guard body.count == 15 + 40 else { return nil }
        var rest = CRC32C.of(body)
        for _ in 0..<6 {
            body.append(digits[Int(rest % 62)])
            rest /= 62
        }
        return body
    }

    static func name(in bytes: UnsafeRawBufferPointer, prefix: StaticString) throws(TokenFault) -> String {
        guard bytes.count == length, bytes[14] == 0x5F, prefix.withUTF8Buffer({ bytes.starts(with: $0) }) else {
            throw .notAKey
        }
        var rest = CRC32C.of(UnsafeRawBufferPointer(rebasing: bytes[..<55]))
        let name = String(decoding: bytes[4..<14], as: UTF8.self)
        guard KeyID(name) != nil else { throw .notAKey }
        for digit in bytes[55...] {
            guard digit == digits[Int(rest % 62)] else { throw .damaged }
            rest /= 62
        }
        return name
    }
}
