internal import HTTP

extension HeadWriter {
    /// The fields that a proxy hands on: not those of one connection, nor those that the Connection field names (RFC
    /// 9110 section 7.6.1), nor what is written anew for each hop (host, length, expectation).
    mutating func endToEnd(_ fields: HeaderFields) {
        // Almost never there, so its parts are looked for in the plainest way.
        let named = fields.value(of: "connection").map { $0.lowercased().split { " ,\t".contains($0) } } ?? []
        fields.forEach { name, value in
            if Hop.owns(name) { return }
            if !named.isEmpty, named.contains(where: { $0.utf8.elementsEqual(name.map { $0 | 0x20 }) }) { return }
            field(received: name, value)
        }
    }
}

/// What belongs to one connection.
private enum Hop {
    static func owns(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 2: matches(name, "te")
        case 4: matches(name, "host")
        case 6: matches(name, "expect")
        case 7: matches(name, "trailer") || matches(name, "upgrade")
        case 10: matches(name, "connection") || matches(name, "keep-alive")
        case 14: matches(name, "content-length")
        case 16: matches(name, "proxy-connection")
        case 17: matches(name, "transfer-encoding")
        case 18: matches(name, "proxy-authenticate")
        case 19: matches(name, "proxy-authorization")
        default: false
        }
    }

    /// - Parameter expected: of the same length, in lower case; a hyphen has the bit of lower case, too.
    private static func matches(_ name: UnsafeRawBufferPointer, _ expected: StaticString) -> Bool {
        guard name.count == expected.utf8CodeUnitCount else { return false }
        for index in 0..<name.count where name[index] | 0x20 != expected.utf8Start[index] { return false }
        return true
    }
}
