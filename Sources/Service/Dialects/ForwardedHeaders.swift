internal import Inspection

/// The header fields of a client that go upstream. No rule and no detector reads them later, so they hold names from a
/// narrow alphabet and no text.
enum ForwardedHeaders {
    /// LIMIT: names in one field.
    static let namesLimit = 16
    /// LIMIT: bytes of a name.
    static let nameLimit = 64

    /// The fields of `names` that the request has, once each, with their lists written anew: what stood between the
    /// names does not leave.
    /// - Parameter limit: names that a field may list.
    static func select(
        _ names: [(name: StaticString, limit: Int)], from head: some HeaderLookup
    ) throws(DialectError) -> [Header] {
        var headers: [Header] = []
        for (name, limit) in names where head.count(of: name) > 0 {
            guard head.count(of: name) == 1, let value = head.value(of: name) else {
                throw .repeatedHeader(name: "\(name)")
            }
            guard let list = list(value, limit: limit) else {
                throw .malformedHeader(name: "\(name)", names: limit)
            }
            // A number that is nobody's business fits the alphabet of a name.
            guard Inspector.inspect(text: Array(list.utf8)).isEmpty else { throw .revealingHeader(name: "\(name)") }
            headers.append(Header("\(name)", list))
        }
        return headers
    }

    private static func list(_ value: String, limit: Int) -> String? {
        let names = value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { name in
            name.drop(while: isBlank).reversed().drop(while: isBlank).reversed() as [UInt8]
        }
        guard names.count <= limit, names.allSatisfy({ isName($0) }) else { return nil }
        return names.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isName(_ name: [UInt8]) -> Bool {
        (1...nameLimit).contains(name.count)
            && name.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: byte == 0x2E || byte == 0x5F || byte == 0x3D || byte == 0x2D
                }
            }
    }
}
