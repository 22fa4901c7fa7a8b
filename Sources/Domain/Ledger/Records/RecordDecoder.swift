internal import CBOR

/// Reads the keys of a record's map; a missing or wrong one is named.
struct RecordDecoder {
    let map: CBOR

    init(_ item: CBOR, key: String = "record") throws(RecordProblem) {
        guard item.asMap != nil else { throw RecordProblem(key: key, expected: "a map") }
        map = item
    }

    func text(_ key: String) throws(RecordProblem) -> String {
        guard let value = map[key]?.asText else { throw RecordProblem(key: key, expected: "a text") }
        return value
    }

    func unsigned(_ key: String) throws(RecordProblem) -> UInt64 {
        guard let value = map[key]?.asUnsigned else { throw RecordProblem(key: key, expected: "an unsigned integer") }
        return value
    }

    func integer(_ key: String) throws(RecordProblem) -> Int64 {
        guard let value = map[key]?.asInteger else { throw RecordProblem(key: key, expected: "an integer") }
        return value
    }

    func bytes(_ key: String) throws(RecordProblem) -> [UInt8] {
        guard let value = map[key]?.asBytes else { throw RecordProblem(key: key, expected: "bytes") }
        return value
    }

    func array(_ key: String) throws(RecordProblem) -> [CBOR] {
        guard let value = map[key]?.asArray else { throw RecordProblem(key: key, expected: "an array") }
        return value
    }

    func item(_ key: String) throws(RecordProblem) -> CBOR {
        guard let value = map[key] else { throw RecordProblem(key: key, expected: "there") }
        return value
    }

    /// Nil where the key is absent; present, it must be of the kind.
    func optional<Value>(
        _ key: String, _ read: (String) throws(RecordProblem) -> Value
    ) throws(RecordProblem) -> Value? {
        map[key] == nil ? nil : try read(key)
    }

    func texts(_ key: String) throws(RecordProblem) -> [String] {
        var texts: [String] = []
        for item in try array(key) {
            guard let text = item.asText else { throw RecordProblem(key: key, expected: "an array of texts") }
            texts.append(text)
        }
        return texts
    }
}

extension [(String, CBOR)] {
    /// Adds a pair unless the value is nil.
    mutating func add(_ key: String, _ value: CBOR?) {
        if let value { append((key, value)) }
    }

    mutating func add(_ key: String, text value: String?) { add(key, value.map { .text($0) }) }
    mutating func add(_ key: String, unsigned value: UInt64?) { add(key, value.map { .unsigned($0) }) }
}
