/// A cursor: one value (or key) of a document. Cheap to make and to pass on; nothing is decoded before it is asked for.
package struct JSONValue: Sendable {
    package let document: JSONDocument
    package let index: Int

    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    package var node: JSONNode { document.nodes[index] }
    package var kind: JSONNode.Kind { node.kind }
    /// The bytes between the quotes of a string, and all bytes of any other value.
    package var contentRange: Range<Int> { node.range }
    /// All bytes of the value, the quotes of a string included.
    package var range: Range<Int> {
        switch kind {
        case .key, .string: node.range.lowerBound - 1..<node.range.upperBound + 1
        default: node.range
        }
    }
    package var path: String { document.path(of: index) }

    /// The text of a string or key, escapes decoded; nil for other kinds.
    package var string: String? {
        guard kind == .string || kind == .key else { return nil }
        return document.withContent(of: index) { content in
            guard node.hasEscapes else { return String(decoding: content, as: UTF8.self) }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(content.count)
            JSONEscape.decode(content, into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// An integer without fraction or exponent that fits; nil for anything else.
    package var integer: Int64? {
        guard kind == .number else { return nil }
        return document.withContent(of: index) { JSONNumber.integer($0) }
    }

    package var boolean: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    package var isNull: Bool { kind == .null }

    /// Whether this is a string that reads as `text`.
    package func reads(as text: StaticString) -> Bool { document.reads(index, as: text) }

    /// The member of an object; nil when there is none or this is no object.
    package subscript(key: StaticString) -> JSONValue? {
        document.member(key, of: index).map { JSONValue(document: document, index: $0) }
    }

    /// Members of an object in their order; empty for other kinds.
    package var members: Members { Members(self) }
    /// Elements of an array in their order; empty for other kinds.
    package var elements: Elements { Elements(self) }

    package struct Members: Sequence, IteratorProtocol {
        private let document: JSONDocument
        private var index: Int
        private let end: Int

        init(_ value: JSONValue) {
            document = value.document
            index = value.index + 1
            end = value.kind == .object ? Int(value.node.next) : 0
        }

        package mutating func next() -> (key: JSONValue, value: JSONValue)? {
            guard index < end else { return nil }
            let key = JSONValue(document: document, index: index)
            let value = JSONValue(document: document, index: index + 1)
            index = Int(value.node.next)
            return (key, value)
        }
    }

    package struct Elements: Sequence, IteratorProtocol {
        private let document: JSONDocument
        private var index: Int
        private let end: Int

        init(_ value: JSONValue) {
            document = value.document
            index = value.index + 1
            end = value.kind == .array ? Int(value.node.next) : 0
        }

        package mutating func next() -> JSONValue? {
            guard index < end else { return nil }
            defer { index = Int(document.nodes[index].next) }
            return JSONValue(document: document, index: index)
        }
    }
}
