internal import CYAML

/// Reads YAML 1.1 as libyaml does, and refuses of it what a file of rules has no use for: anchors and aliases, tags,
/// directives, several documents, keys that are not words or stand twice.
package enum YAML {
    /// LIMIT: bytes of one file.
    package static let maximumBytes = 4 << 20
    /// LIMIT: nodes of one file.
    package static let maximumNodes = 250_000
    /// LIMIT: nesting of lists and mappings.
    package static let maximumDepth = 32

    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= maximumBytes else {
            throw YAMLError(
                .tooLarge(bytes: bytes.count, limit: maximumBytes), at: YAMLPosition(line: 1, column: 1))
        }
        try checkCharacters(bytes)
        let result: Result<YAMLNode, YAMLError> = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(YAMLError) in
                let parser = try YAMLParser(buffer)
                var builder = YAMLTreeBuilder()
                while !builder.isAtEnd {
                    try parser.withNextEvent { (event) throws(YAMLError) in try builder.add(event) }
                }
                return try builder.finish()
            }
        }
        return try result.get()
    }

    /// UTF-8 (RFC 3629), and no control character but tab and line ends.
    private static func checkCharacters(_ bytes: [UInt8]) throws(YAMLError) {
        if let control = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) {
            throw YAMLError(.controlCharacter, at: position(of: control, in: bytes))
        }
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        var decoder = UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var good = 0
        while case .valid(let scalar) = decoder.parseScalar(from: &iterator) { good += scalar.count }
        throw YAMLError(.notUTF8, at: position(of: good, in: bytes))
    }

    private static func position(of offset: Int, in bytes: [UInt8]) -> YAMLPosition {
        let before = bytes[..<offset]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        // Bytes that continue a character do not count.
        return YAMLPosition(line: line, column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}

/// A libyaml parser over bytes that outlive it.
private struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError(.outOfMemory, at: YAMLPosition(line: 1, column: 1))
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    /// The event is freed when `body` returns.
    func withNextEvent(_ body: (borrowing yaml_event_t) throws(YAMLError) -> Void) throws(YAMLError) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw error }
        defer { yaml_event_delete(&event) }
        try body(event)
    }

    private var error: YAMLError {
        let state = parser.pointee
        let mark = state.problem_mark
        let words = state.problem.map { String(cString: $0) } ?? "not YAML"
        let position = YAMLPosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        if state.error == YAML_MEMORY_ERROR { return YAMLError(.outOfMemory, at: position) }
        return YAMLError(.syntax(words), at: position)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }
}
