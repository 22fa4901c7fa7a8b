/// Reads numbers in network byte order and counted bytes from the front of a byte string. Every read beyond the end
/// is nil and moves nothing, so a parser of hostile bytes needs no other bounds check.
package struct ByteReader {
    private let bytes: [UInt8]
    private let end: Int
    package private(set) var offset: Int

    package init(_ bytes: [UInt8]) { self.init(bytes, bytes.indices) }

    /// - Precondition: `range` lies inside `bytes`.
    package init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    package var remaining: Int { end - offset }

    package mutating func read<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        let size = MemoryLayout<Number>.size
        guard remaining >= size else { return nil }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
        offset += size
        return Number(bigEndian: value)
    }

    package mutating func read(count: Int) -> [UInt8]? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    package mutating func skip(count: Int) -> Bool {
        guard count >= 0, remaining >= count else { return false }
        offset += count
        return true
    }
}
