internal import CSimdjson

/// The one strict scan: RFC 8259 grammar and UTF-8 checked by simdjson, then its structural indexes walked into nodes
/// with everything checked again that the grammar leaves open. A document is accepted only when both agree.
///
/// Stricter than RFC 8259 where two readers could differ: no duplicate keys (compared decoded), no lone surrogates, no
/// byte order mark, no integer beyond 64 bits, no number that overflows a double.
///
/// Kept and used again: in the steady state a scan allocates nothing. One owner at a time.
package struct JSONParser: ~Copyable {
    /// LIMIT: the longest document, in bytes; as the body limit of the transport.
    package static let lengthLimit = 32 << 20
    /// LIMIT: keys and values of one document.
    package static let nodeLimit = 1 << 20
    /// LIMIT: objects and arrays inside each other.
    package static let depthLimit = 128
    /// Working memory beyond this document length is given back after the scan.
    private static let keptLength = 1 << 20
    /// A node has at most its own index, the comma or colon behind it and a closing bracket.
    private static let indexLimit = 3 * nodeLimit + 1

    private let scanner: OpaquePointer?
    private var padded: [UInt8] = []
    private var nodes: [JSONNode] = []
    private var duplicates = JSONDuplicateKeys()

    package init() {
        scanner = portcullis_json_create(JSONParser.depthLimit)
    }

    deinit { portcullis_json_destroy(scanner) }

    /// Scans `bytes` into a document of its own.
    package mutating func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONDocument {
        var scratch: [JSONNode] = []
        swap(&scratch, &nodes)
        defer {
            if scratch.capacity > JSONParser.keptLength / 16 { scratch = [] }
            swap(&scratch, &nodes)
        }
        try scan(bytes, into: &scratch)
        return JSONDocument(bytes: bytes, nodes: Array(scratch[...]))
    }

    /// Scans `bytes` into `nodes`, whose storage is used again. On an error `nodes` holds what was read before it.
    package mutating func scan(_ bytes: [UInt8], into nodes: inout [JSONNode]) throws(JSONError) {
        let isPadded = bytes.capacity - bytes.count >= Int(PORTCULLIS_JSON_PADDING)
        var failure: JSONError?
        bytes.withUnsafeBytes { input in
            do throws(JSONError) {
                if isPadded {
                    try scan(padded: input, into: &nodes)
                } else {
                    try scan(input, into: &nodes)
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Scans bytes that lie in somebody else's memory; copies them once.
    package mutating func scan(_ input: UnsafeRawBufferPointer, into nodes: inout [JSONNode]) throws(JSONError) {
        guard input.count <= JSONParser.lengthLimit else {
            nodes.removeAll(keepingCapacity: true)
            throw JSONError(.tooLong, offset: JSONParser.lengthLimit)
        }
        var copy: [UInt8] = []
        swap(&copy, &padded)
        defer {
            if copy.capacity > JSONParser.keptLength { copy = [] }
            swap(&copy, &padded)
        }
        copy.removeAll(keepingCapacity: true)
        copy.reserveCapacity(input.count + Int(PORTCULLIS_JSON_PADDING))
        copy.append(contentsOf: input)
        var failure: JSONError?
        copy.withUnsafeBytes { bytes in
            do throws(JSONError) { try scan(padded: bytes, into: &nodes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// - Precondition: `PORTCULLIS_JSON_PADDING` bytes behind `input` may be read.
    private mutating func scan(
        padded input: UnsafeRawBufferPointer, into nodes: inout [JSONNode]
    ) throws(JSONError) {
        nodes.removeAll(keepingCapacity: true)
        guard input.count <= JSONParser.lengthLimit else {
            throw JSONError(.tooLong, offset: JSONParser.lengthLimit)
        }
        guard let scanner, let start = input.baseAddress, input.count > 0 else {
            throw JSONError(input.count == 0 ? .empty : .noMemory, offset: 0)
        }
        if input.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONError(.byteOrderMark, offset: 0) }
        var indexes: UnsafePointer<UInt32>?
        var count = 0
        let code = portcullis_json_scan(scanner, start, input.count, JSONParser.indexLimit, &indexes, &count)
        defer { portcullis_json_trim(scanner, JSONParser.keptLength) }
        guard let indexes else { throw JSONFault.locate(code, in: input) }
        var walk = JSONWalk(
            bytes: input, indexes: UnsafeBufferPointer(start: indexes, count: count), duplicates: duplicates)
        duplicates = JSONDuplicateKeys()
        defer { duplicates = walk.duplicates }
        try walk.run(into: &nodes)
        // The walk explains what simdjson refuses; should it ever see nothing wrong, simdjson's word stands.
        if code != Int32(PORTCULLIS_JSON_ACCEPTED) { throw JSONError(.unexpected, offset: 0) }
    }
}
