internal import Bytes

/// Appends data items to a byte buffer without building a tree: for records on the hot path.
///
/// The caller announces every array and map with its count, then writes that many items (for a map: keys and values
/// in turn). INVARIANT: the caller writes the keys of a map in the order of their encodings (shorter first, then
/// bytewise); `CBOR.decode` refuses anything else, and the tests of every record writer run it.
///
/// A writer is reused: `finish` or `withBytes` and `reset` keep nothing of the last item but its storage.
package struct CBORWriter: Sendable {
    private var buffer: [UInt8] = []

    package init() {}

    package var count: Int { buffer.count }

    package mutating func reserve(_ capacity: Int) { buffer.reserveCapacity(capacity) }

    /// Forgets what was written and keeps the storage, unless one item has made it uncommonly large.
    package mutating func reset() { buffer.removeAll(keepingCapacity: buffer.capacity <= CBORWriter.keptCapacity) }

    /// LIMIT: bytes of storage kept between items.
    private static let keptCapacity = 1 << 20

    /// Gives the bytes away; the writer is empty after it.
    package mutating func finish() -> [UInt8] {
        let bytes = buffer
        buffer = []
        return bytes
    }

    package func withBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.span.bytes.withUnsafeBytes(body)
    }

    package mutating func unsigned(_ number: UInt64) { head(major: 0, number) }

    /// Writes the number -1 - `number`.
    package mutating func negative(_ number: UInt64) { head(major: 1, number) }

    package mutating func integer(_ number: Int64) {
        if number < 0 { negative(UInt64(~number)) } else { unsigned(UInt64(number)) }
    }

    package mutating func bytes(_ bytes: [UInt8]) {
        head(major: 2, UInt64(bytes.count))
        buffer.append(contentsOf: bytes)
    }

    package mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        head(major: 2, UInt64(bytes.count))
        buffer.append(contentsOf: bytes)
    }

    package mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            head(major: 3, UInt64(utf8.count))
            buffer.append(contentsOf: utf8)
        }
    }

    /// A key or value that stands in our own source.
    package mutating func text(_ text: StaticString) {
        head(major: 3, UInt64(text.utf8CodeUnitCount))
        buffer.append(ascii: text)
    }

    /// - Precondition: `utf8` is valid UTF-8.
    mutating func text(utf8: [UInt8]) {
        head(major: 3, UInt64(utf8.count))
        buffer.append(contentsOf: utf8)
    }

    /// A whole item that was encoded before.
    package mutating func append(encoded item: [UInt8]) { buffer.append(contentsOf: item) }

    package mutating func array(count: Int) { head(major: 4, UInt64(count)) }
    package mutating func map(count: Int) { head(major: 5, UInt64(count)) }
    package mutating func bool(_ value: Bool) { buffer.append(value ? 0xF5 : 0xF4) }
    package mutating func null() { buffer.append(0xF6) }

    /// Major type and argument in the shortest form (RFC 8949 section 3).
    private mutating func head(major: UInt8, _ argument: UInt64) {
        let type = major << 5
        switch argument {
        case 0..<24:
            buffer.append(type | UInt8(argument))
        case 24...0xFF:
            buffer.append(type | 24)
            buffer.append(UInt8(argument))
        case 0x100...0xFFFF:
            buffer.append(type | 25)
            buffer.append(bigEndian: UInt16(argument))
        case 0x1_0000...0xFFFF_FFFF:
            buffer.append(type | 26)
            buffer.append(bigEndian: UInt32(argument))
        default:
            buffer.append(type | 27)
            buffer.append(bigEndian: argument)
        }
    }
}
