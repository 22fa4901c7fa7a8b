/// Reads the fields of a map, each taken once, and refuses what is left over: a record with an unknown field was
/// written by somebody whom we do not understand.
package struct CBORFields {
    private var values: [String: CBOR]
    package let path: String

    /// - Parameter path: how errors call the map.
    package init(_ item: CBOR, path: String) throws(CBORFieldError) {
        guard case .map(let pairs) = item else { throw CBORFieldError(path: path, expected: "a map") }
        values = Dictionary(pairs.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first })
        self.path = path
    }

    package func path(of key: String) -> String { path + "." + key }
    package func has(_ key: String) -> Bool { values[key] != nil }

    package mutating func take(_ key: String) throws(CBORFieldError) -> CBOR {
        guard let value = values.removeValue(forKey: key) else {
            throw CBORFieldError(path: path(of: key), expected: "a value")
        }
        return value
    }

    package mutating func text(_ key: String) throws(CBORFieldError) -> String {
        guard case .text(let text) = try take(key) else { throw CBORFieldError(path: path(of: key), expected: "text") }
        return text
    }

    package mutating func bytes(_ key: String) throws(CBORFieldError) -> [UInt8] {
        guard case .bytes(let bytes) = try take(key) else {
            throw CBORFieldError(path: path(of: key), expected: "bytes")
        }
        return bytes
    }

    package mutating func unsigned(_ key: String) throws(CBORFieldError) -> UInt64 {
        guard case .unsigned(let number) = try take(key) else {
            throw CBORFieldError(path: path(of: key), expected: "a number of 0 or more")
        }
        return number
    }

    package mutating func integer(_ key: String) throws(CBORFieldError) -> Int64 {
        switch try take(key) {
        case .unsigned(let number) where number <= UInt64(Int64.max): return Int64(number)
        case .negative(let number) where number <= UInt64(Int64.max): return -1 - Int64(number)
        default: throw CBORFieldError(path: path(of: key), expected: "a number of 64 bits with sign")
        }
    }

    package mutating func map(_ key: String) throws(CBORFieldError) -> CBORFields {
        try CBORFields(try take(key), path: path(of: key))
    }

    package mutating func array(_ key: String) throws(CBORFieldError) -> [CBOR] {
        guard case .array(let items) = try take(key) else {
            throw CBORFieldError(path: path(of: key), expected: "an array")
        }
        return items
    }

    /// A text that `read` understands.
    package mutating func value<Value>(
        _ key: String, _ expected: String, _ read: (String) -> Value?
    ) throws(CBORFieldError) -> Value {
        guard let value = read(try text(key)) else { throw CBORFieldError(path: path(of: key), expected: expected) }
        return value
    }

    /// The same for a field that may be left out.
    package mutating func optional<Value>(
        _ key: String, _ expected: String, _ read: (String) -> Value?
    ) throws(CBORFieldError) -> Value? {
        has(key) ? try value(key, expected, read) : nil
    }

    /// An array of texts that `read` understands.
    package mutating func values<Value>(
        _ key: String, _ expected: String, _ read: (String) -> Value?
    ) throws(CBORFieldError) -> [Value] {
        var values: [Value] = []
        for item in try array(key) {
            guard case .text(let text) = item, let value = read(text) else {
                throw CBORFieldError(path: path(of: key), expected: expected)
            }
            values.append(value)
        }
        return values
    }

    /// Every field must have been taken.
    package func finish() throws(CBORFieldError) {
        if let key = values.keys.min() { throw CBORFieldError(path: path(of: key), expected: "no such field") }
    }
}

/// A field that is missing, too much or of another kind.
package struct CBORFieldError: Error, Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var expected: String

    package init(path: String, expected: String) {
        self.path = path
        self.expected = expected
    }

    package var description: String { path + ": expected " + expected }
}
