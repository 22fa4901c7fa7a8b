internal import Bytes

/// Sixteen bytes without meaning of their own, held inline: the id of a log, of a boot, of a segment's run.
package struct Opaque128: Hashable, Sendable {
    package static let length = 16
    package static let zero = Opaque128(high: 0, low: 0)

    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are exactly sixteen bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Opaque128.length else { return nil }
        let bytes = Array(bytes)
        self = bytes.withUnsafeBytes { Opaque128(loadingFrom: $0, at: 0) }
    }

    init(loadingFrom buffer: UnsafeRawBufferPointer, at offset: Int) {
        high = buffer.load(bigEndianAt: offset)
        low = buffer.load(bigEndianAt: offset + 8)
    }

    func store(to buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        buffer.store(bigEndian: high, at: offset)
        buffer.store(bigEndian: low, at: offset + 8)
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
        return bytes
    }
}
