internal import Bytes

/// What is stored of a password, in PHC string form:
///
///     $argon2id$v=19$m=65536,t=3,p=1$<salt>$<tag>
///
/// Salt and tag in base64 without padding (RFC 4648 section 4). Read strictly: parameters in this order, decimal
/// numbers without leading zeros, one spelling for each hash.
package struct PasswordHash: Hashable, Sendable {
    package let cost: PasswordCost
    package let salt: [UInt8]
    let tag: [UInt8]

    package static let saltLength = 16
    package static let tagLength = 32
    /// LIMIT: of salts and tags that are read, in bytes.
    private static let saltLengths = 8...64
    private static let tagLengths = 16...64
    /// LIMIT: of the text, in bytes.
    package static let maximumLength = 256

    init(cost: PasswordCost, salt: [UInt8], tag: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.tag = tag
    }

    package init(_ text: String) throws(PasswordError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= PasswordHash.maximumLength else { throw .notAHash }
        let parts = bytes.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1].elementsEqual("argon2id".utf8),
            parts[2].elementsEqual("v=19".utf8),
            let cost = PasswordHash.cost(parts[3]),
            let salt = PasswordHash.decode(parts[4]), PasswordHash.saltLengths.contains(salt.count),
            let tag = PasswordHash.decode(parts[5]), PasswordHash.tagLengths.contains(tag.count)
        else { throw .notAHash }
        guard cost.isAffordable else { throw .unaffordable }
        self.init(cost: cost, salt: salt, tag: tag)
    }

    package var text: String {
        "$argon2id$v=19$m=\(cost.memoryKibibytes),t=\(cost.passes),p=\(cost.lanes)"
            + "$" + PasswordHash.encode(salt) + "$" + PasswordHash.encode(tag)
    }

    private static func cost(_ text: ArraySlice<UInt8>) -> PasswordCost? {
        let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count == 3, let memory = number(parts[0], "m="), let passes = number(parts[1], "t="),
            let lanes = number(parts[2], "p=")
        else { return nil }
        return PasswordCost(memoryKibibytes: memory, passes: passes, lanes: lanes)
    }

    private static func number(_ text: ArraySlice<UInt8>, _ name: StaticString) -> UInt32? {
        guard text.starts(with: "\(name)".utf8) else { return nil }
        let digits = text.dropFirst(name.utf8CodeUnitCount)
        guard let first = digits.first, (1...9).contains(digits.count), first != 0x30 || digits.count == 1,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return digits.reduce(0) { $0 * 10 + UInt32($1 - 0x30) }
    }

    private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.contains(UInt8(ascii: "=")) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Base64.decode(String(decoding: text, as: UTF8.self) + padding)
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        var text = Base64.encode(bytes)
        while text.utf8.last == UInt8(ascii: "=") { text.removeLast() }
        return text
    }
}
