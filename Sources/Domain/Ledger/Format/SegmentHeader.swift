internal import Bytes

/// The first 64 bytes of a segment. docs/formats/ledger.md, "Segment", has the layout.
package struct SegmentHeader: Equatable, Sendable {
    package static let length = 64
    private static let magic: UInt64 = 0x5043_4C53_4547_310A

    package var number: UInt64
    package var salt: UInt64
    package var logID: Opaque128
    /// Of the whole file.
    package var size: UInt64

    package var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SegmentHeader.length)
        bytes.withUnsafeMutableBytes { buffer in
            buffer.store(bigEndian: SegmentHeader.magic, at: 0)
            buffer.store(bigEndian: UInt16(1), at: 8)
            buffer.store(bigEndian: number, at: 16)
            buffer.store(bigEndian: salt, at: 24)
            logID.store(to: buffer, at: 32)
            buffer.store(bigEndian: size, at: 48)
        }
        bytes.replace(at: 60, bigEndian: CRC32C.of(Array(bytes[..<60])))
        return bytes
    }

    /// Nil for anything but a whole header of this version that says what it should.
    package init?(_ bytes: [UInt8], number: UInt64, logID: Opaque128) {
        guard bytes.count >= SegmentHeader.length else { return nil }
        let header: SegmentHeader = bytes.withUnsafeBytes { buffer in
            SegmentHeader(
                number: buffer.load(bigEndianAt: 16), salt: buffer.load(bigEndianAt: 24),
                logID: Opaque128(loadingFrom: buffer, at: 32), size: buffer.load(bigEndianAt: 48))
        }
        // Nobody signs the size, and a verifier counts with it.
        guard header.number == number, header.logID == logID, header.bytes == Array(bytes[..<SegmentHeader.length]),
            SegmentGeometry(size: Int(clamping: header.size)) != nil
        else { return nil }
        self = header
    }

    init(number: UInt64, salt: UInt64, logID: Opaque128, size: UInt64) {
        self.number = number
        self.salt = salt
        self.logID = logID
        self.size = size
    }
}
