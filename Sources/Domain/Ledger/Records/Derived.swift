package import Bytes
internal import CBOR

/// Bytes described by what they were made from.
package enum Derived: Equatable, Sendable {
    /// In order of offset, not overlapping; none means equal to the base.
    case splices([Splice])
    /// Not made from the base.
    case bytes([UInt8])

    package static let same = Derived.splices([])

    /// The bytes; nil when a splice does not fit the base.
    package func applied(to base: [UInt8]) -> [UInt8]? {
        switch self {
        case .bytes(let bytes): return bytes
        case .splices(let splices):
            guard Splice.areInOrder(splices, length: base.count) else { return nil }
            var result: [UInt8] = []
            result.reserveCapacity(length(over: base.count))
            var position = 0
            for splice in splices {
                result += base[position..<splice.offset]
                result += splice.inserted
                position = splice.offset + splice.removedCount
            }
            return result + base[position...]
        }
    }

    /// Whether applying to `base` gives `bytes`, without making a copy.
    package func gives(_ bytes: [UInt8], from base: [UInt8]) -> Bool {
        switch self {
        case .bytes(let own): return own == bytes
        case .splices(let splices):
            guard Splice.areInOrder(splices, length: base.count), bytes.count == length(over: base.count) else {
                return false
            }
            return bytes.span.bytes.withUnsafeBytes { bytes in
                base.span.bytes.withUnsafeBytes { base in Derived.gives(bytes, splices, base) }
            }
        }
    }

    /// - Precondition: the splices fit the base, and the length is right.
    private static func gives(
        _ bytes: UnsafeRawBufferPointer, _ splices: [Splice], _ base: UnsafeRawBufferPointer
    ) -> Bool {
        var position = 0
        var done = 0
        func same(_ count: Int) -> Bool {
            UnsafeRawBufferPointer(rebasing: bytes[done..<done + count])
                .hasSameBytes(as: UnsafeRawBufferPointer(rebasing: base[position..<position + count]))
        }
        for splice in splices {
            let kept = splice.offset - position
            guard same(kept) else { return false }
            done += kept
            guard bytes[done..<done + splice.inserted.count].elementsEqual(splice.inserted) else { return false }
            done += splice.inserted.count
            position = splice.offset + splice.removedCount
        }
        return same(base.count - position)
    }

    /// Length of the result over a base of `count` bytes.
    package func length(over count: Int) -> Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .splices(let splices): splices.reduce(count) { $0 + $1.inserted.count - $1.removedCount }
        }
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 1)
        switch self {
        case .bytes(let bytes):
            writer.text("bytes")
            writer.bytes(bytes)
        case .splices(let splices):
            writer.text("splices")
            writer.array(count: splices.count)
            for splice in splices { splice.write(to: &writer) }
        }
    }

    init(_ item: CBOR, key: String) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: key)
        switch (item["bytes"], item["splices"]) {
        case (.some, nil): self = .bytes(try decoder.bytes("bytes"))
        case (nil, .some):
            var splices: [Splice] = []
            for item in try decoder.array("splices") { splices.append(try Splice(item)) }
            self = .splices(splices)
        default: throw RecordProblem(key: key, expected: "a map with either 'bytes' or 'splices'")
        }
    }
}
