internal import Bytes

extension CBOR {
    /// Reads exactly one data item that is in deterministic form; everything else is refused, so that
    /// `decode(bytes).encoded() == bytes` for whatever is accepted.
    ///
    /// Time and memory are linear in the input: a length is compared with the bytes that are left before anything is
    /// allocated for it.
    package static func decode(_ bytes: [UInt8]) throws(CBORError) -> CBOR {
        var decoder = CBORDecoder(bytes)
        let item = try decoder.item(depth: 1)
        guard decoder.isAtEnd else { throw .trailingBytes(offset: decoder.offset) }
        return item
    }
}

private struct CBORDecoder {
    private let input: [UInt8]
    private var reader: ByteReader

    init(_ bytes: [UInt8]) {
        input = bytes
        reader = ByteReader(bytes)
    }

    var offset: Int { reader.offset }
    var isAtEnd: Bool { reader.remaining == 0 }

    mutating func item(depth: Int) throws(CBORError) -> CBOR {
        let start = reader.offset
        guard depth <= CBOR.maximumDepth else { throw .tooDeep(offset: start) }
        let (major, argument) = try head()
        switch major {
        case 0: return .unsigned(argument)
        case 1: return .negative(argument)
        case 2: return .bytes(Array(input[try content(argument, of: start)]))
        case 3: return .text(try text(argument, of: start))
        case 4:
            let count = try counted(argument, bytesEach: 1, of: start)
            var items: [CBOR] = []
            items.reserveCapacity(count)
            for _ in 0..<count { items.append(try item(depth: depth + 1)) }
            return .array(items)
        case 5: return try map(argument, of: start, depth: depth)
        case 6: throw .tag(offset: start)
        default: return try simple(argument, at: start)
        }
    }

    private mutating func map(_ argument: UInt64, of start: Int, depth: Int) throws(CBORError) -> CBOR {
        let count = try counted(argument, bytesEach: 2, of: start)
        var pairs: [(String, CBOR)] = []
        pairs.reserveCapacity(count)
        var previous: Range<Int>?
        for _ in 0..<count {
            let keyStart = reader.offset
            let (major, length) = try head()
            guard major == 3 else { throw .keyNotText(offset: keyStart) }
            let key = try text(length, of: keyStart)
            let encoding = keyStart..<reader.offset
            if let previous {
                guard !input[previous].elementsEqual(input[encoding]) else { throw .duplicateKey(offset: keyStart) }
                guard input[previous].lexicographicallyPrecedes(input[encoding]) else {
                    throw .keysNotSorted(offset: keyStart)
                }
            }
            previous = encoding
            pairs.append((key, try item(depth: depth + 1)))
        }
        return .map(pairs)
    }

    /// Major type and argument (RFC 8949 section 3). For major type 7 the argument is the simple value; a float is
    /// refused here.
    private mutating func head() throws(CBORError) -> (major: UInt8, argument: UInt64) {
        let start = reader.offset
        guard let initial = reader.read(UInt8.self) else { throw .truncated(offset: start) }
        let major = initial >> 5
        let information = initial & 31
        if major == 7 {
            guard information < 24 else { throw .unsupportedSimple(offset: start) }
            return (major, UInt64(information))
        }
        let argument: UInt64?
        let least: UInt64
        switch information {
        case 0..<24: return (major, UInt64(information))
        case 24: (argument, least) = (reader.read(UInt8.self).map(UInt64.init), 24)
        case 25: (argument, least) = (reader.read(UInt16.self).map(UInt64.init), 0x100)
        case 26: (argument, least) = (reader.read(UInt32.self).map(UInt64.init), 0x1_0000)
        case 27: (argument, least) = (reader.read(UInt64.self), 0x1_0000_0000)
        case 31 where (2...5).contains(major): throw .indefiniteLength(offset: start)
        default: throw .unsupportedSimple(offset: start)
        }
        guard let argument else { throw .truncated(offset: start) }
        guard argument >= least else { throw .notShortest(offset: start) }
        return (major, argument)
    }

    private mutating func text(_ length: UInt64, of start: Int) throws(CBORError) -> String {
        let range = try content(length, of: start)
        guard let text = String(validating: input[range], as: UTF8.self) else { throw .invalidUTF8(offset: start) }
        return text
    }

    /// The bytes of a string, skipped over.
    private mutating func content(_ length: UInt64, of start: Int) throws(CBORError) -> Range<Int> {
        let from = reader.offset
        guard let length = Int(exactly: length), reader.skip(count: length) else { throw .truncated(offset: start) }
        return from..<reader.offset
    }

    /// A count of items, each of which takes at least `bytesEach` bytes of what is left.
    private func counted(_ count: UInt64, bytesEach: UInt64, of start: Int) throws(CBORError) -> Int {
        guard count <= UInt64(reader.remaining) / bytesEach else { throw .truncated(offset: start) }
        return Int(count)
    }

    private func simple(_ value: UInt64, at start: Int) throws(CBORError) -> CBOR {
        switch value {
        case 20: .bool(false)
        case 21: .bool(true)
        case 22: .null
        default: throw .unsupportedSimple(offset: start)
        }
    }
}
