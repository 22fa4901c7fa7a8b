/// Turns simdjson's structural indexes (offset of every brace, bracket, colon, comma and first byte of a scalar) into
/// nodes, checking the grammar again on the way: simdjson says *that* a document is wrong, the walk says *where*.
struct JSONWalk {
    let bytes: UnsafeRawBufferPointer
    let indexes: UnsafeBufferPointer<UInt32>
    private(set) var duplicates: JSONDuplicateKeys
    /// Index of the innermost open container.
    /// INVARIANT: while a container is open its `end` holds the index of the one around it, so the nodes are the stack.
    private var container = 0
    private var depth = 0

    private enum Expected { case value, firstValue, key, firstKey, colon, separator, nothing }

    init(
        bytes: UnsafeRawBufferPointer, indexes: UnsafeBufferPointer<UInt32>, duplicates: consuming JSONDuplicateKeys
    ) {
        self.bytes = bytes
        self.indexes = indexes
        self.duplicates = duplicates
    }

    mutating func run(into nodes: inout [JSONNode]) throws(JSONError) {
        nodes.reserveCapacity(indexes.count)
        var expected = Expected.value
        for (position, index) in indexes.enumerated() {
            let offset = Int(index)
            let byte = bytes[offset]
            let limit = position + 1 < indexes.count ? Int(indexes[position + 1]) : bytes.count
            switch (byte, expected) {
            case (UInt8(ascii: ","), .separator):
                expected = nodes[container].kind == .object ? .key : .value
            case (UInt8(ascii: ":"), .colon):
                expected = .value
            case (UInt8(ascii: "\""), .key), (UInt8(ascii: "\""), .firstKey):
                try string(.key, offset, limit, &nodes)
                expected = .colon
            case (UInt8(ascii: "}"), .firstKey), (UInt8(ascii: "]"), .firstValue):
                expected = try close(offset, &nodes)
            case (UInt8(ascii: "}"), .separator), (UInt8(ascii: "]"), .separator):
                let kind: JSONNode.Kind = byte == UInt8(ascii: "}") ? .object : .array
                guard nodes[container].kind == kind else { throw fault(.unexpected, offset, nodes) }
                expected = try close(offset, &nodes)
            case (_, .value), (_, .firstValue):
                expected = try value(byte, offset, limit, &nodes)
            case (_, .nothing):
                throw fault(.trailingBytes, offset, nodes)
            default:
                throw fault(.unexpected, offset, nodes)
            }
        }
        guard expected == .nothing else { throw fault(.unclosed, bytes.count, nodes) }
    }

    private mutating func value(
        _ byte: UInt8, _ offset: Int, _ limit: Int, _ nodes: inout [JSONNode]
    ) throws(JSONError) -> Expected {
        switch byte {
        case UInt8(ascii: "\""):
            try string(.string, offset, limit, &nodes)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < JSONParser.depthLimit else { throw fault(.tooDeep, offset, nodes) }
            let isObject = byte == UInt8(ascii: "{")
            let around = container
            container = nodes.count
            try append(isObject ? .object : .array, offset..<offset, next: 0, &nodes)
            nodes[container].end = UInt32(around)
            depth += 1
            return isObject ? .firstKey : .firstValue
        default:
            let end = endOfScalar(offset, limit)
            let kind = try scalar(offset..<end, nodes)
            try append(kind, offset..<end, &nodes)
        }
        return depth == 0 ? .nothing : .separator
    }

    /// Closes the innermost container at `offset`.
    private mutating func close(_ offset: Int, _ nodes: inout [JSONNode]) throws(JSONError) -> Expected {
        let closed = container
        container = Int(nodes[closed].end)
        depth -= 1
        nodes[closed].end = UInt32(offset + 1)
        nodes[closed].next = UInt32(nodes.count)
        if nodes[closed].kind == .object, let twice = duplicates.find(in: closed, nodes, bytes) {
            throw JSONError(
                .duplicateKey, offset: Int(nodes[twice].start) - 1,
                path: JSONPath.text(to: twice, nodes: nodes, bytes: bytes))
        }
        return depth == 0 ? .nothing : .separator
    }

    private func string(
        _ kind: JSONNode.Kind, _ offset: Int, _ limit: Int, _ nodes: inout [JSONNode]
    ) throws(JSONError) {
        let last = endOfScalar(offset, limit) - 1
        guard last > offset, bytes[last] == UInt8(ascii: "\"") else { throw fault(.openString, offset, nodes) }
        let range = offset + 1..<last
        let content = UnsafeRawBufferPointer(rebasing: bytes[range])
        let escape = JSONEscape.backslash(in: content, from: 0)
        if let escape, let (wrong, place) = JSONEscape.firstFault(in: content, from: escape) {
            throw fault(wrong, range.lowerBound + place, nodes)
        }
        try append(kind, range, hasEscapes: escape != nil, &nodes)
    }

    private func scalar(_ range: Range<Int>, _ nodes: [JSONNode]) throws(JSONError) -> JSONNode.Kind {
        let text = UnsafeRawBufferPointer(rebasing: bytes[range])
        switch text[0] {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            if let wrong = JSONNumber.fault(in: text) { throw fault(wrong, range.lowerBound, nodes) }
            return .number
        case UInt8(ascii: "t") where text.elementsEqual("true".utf8): return .true
        case UInt8(ascii: "f") where text.elementsEqual("false".utf8): return .false
        case UInt8(ascii: "n") where text.elementsEqual("null".utf8): return .null
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            throw fault(.unexpected, range.lowerBound, nodes)
        default:
            throw fault(.badLiteral, range.lowerBound, nodes)
        }
    }

    /// The byte after the scalar at `offset`: what lies between it and the next structural byte is white space.
    private func endOfScalar(_ offset: Int, _ limit: Int) -> Int {
        var end = limit
        while end > offset + 1 {
            switch bytes[end - 1] {
            case 0x20, 0x09, 0x0A, 0x0D: end -= 1
            default: return end
            }
        }
        return end
    }

    private func append(
        _ kind: JSONNode.Kind, _ range: Range<Int>, hasEscapes: Bool = false, next: UInt32? = nil,
        _ nodes: inout [JSONNode]
    ) throws(JSONError) {
        guard nodes.count < JSONParser.nodeLimit else { throw fault(.tooManyValues, range.lowerBound, nodes) }
        nodes.append(
            JSONNode(
                kind: kind, hasEscapes: hasEscapes, depth: UInt16(depth), start: UInt32(range.lowerBound),
                end: UInt32(range.upperBound), next: next ?? UInt32(nodes.count + 1)))
    }

    private func fault(_ fault: JSONError.Fault, _ offset: Int, _ nodes: [JSONNode]) -> JSONError {
        guard depth > 0 else { return JSONError(fault, offset: offset) }
        // Inside an object the last key says best where we are; inside an array the array does.
        var place = container
        if nodes[container].kind == .object {
            for index in stride(from: nodes.count - 1, to: container, by: -1)
            where nodes[index].kind == .key && Int(nodes[index].depth) == depth {
                place = index
                break
            }
        }
        return JSONError(fault, offset: offset, path: JSONPath.text(to: place, nodes: nodes, bytes: bytes))
    }
}
