internal import Bytes
internal import Crypto

/// Reads the frames of one segment after the other through a window that is kept. Total: any bytes on disk give an
/// answer.
struct FrameScanner<Folder: LogFolder>: ~Copyable {
    /// Large enough that reading again what a frame cut in two leaves behind costs little.
    private static var windowLength: Int { 4 << 20 }

    let folder: Folder
    let logID: Opaque128
    private(set) var header: SegmentHeader
    private let window: UnsafeMutableRawBufferPointer
    private var windowStart = 0
    private var filled = 0

    /// - Parameter header: of the segment to begin with.
    init(folder: Folder, logID: Opaque128, header: SegmentHeader) {
        self.folder = folder
        self.logID = logID
        self.header = header
        window = .allocate(byteCount: Self.windowLength, alignment: 16)
    }

    deinit { window.deallocate() }

    var path: String { LogPath.segment(header.number) }
    var size: Int { Int(clamping: header.size) }

    mutating func move(to header: SegmentHeader) {
        self.header = header
        windowStart = 0
        filled = 0
    }

    /// The frame at an offset. Its bytes are `bytes(at:count:)` until the next call.
    mutating func frame(at offset: Int) throws(LedgerError) -> Frame.Parsed {
        Frame.parse(try bytes(at: offset, atMost: Frame.maximumLength), salt: header.salt, logID: logID)
    }

    /// What was read last.
    func bytes(at offset: Int, count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(window)[(offset - windowStart)...].prefix(count))
    }

    /// Up to `count` bytes from an offset on, fewer at the end of the segment or of the file.
    mutating func bytes(at offset: Int, atMost count: Int) throws(LedgerError) -> UnsafeRawBufferPointer {
        let wanted = max(0, min(count, size - offset))
        if offset < windowStart || offset + wanted > windowStart + filled {
            windowStart = offset
            let length = max(0, min(Self.windowLength, size - offset))
            let target = UnsafeMutableRawBufferPointer(rebasing: window[..<length])
            filled = try folder.read(path, at: UInt64(offset), into: target) ?? 0
        }
        let start = offset - windowStart
        return UnsafeRawBufferPointer(rebasing: window[start..<max(start, min(start + wanted, filled))])
    }

    /// The last byte from `offset` on that is not zero.
    mutating func lastWritten(from offset: Int) throws(LedgerError) -> Int? {
        var last: Int?
        var position = offset
        while position < size {
            let chunk = try bytes(at: position, atMost: Self.windowLength)
            guard !chunk.isEmpty else { break }
            if let index = lastNonZero(chunk) { last = position + index }
            position += chunk.count
        }
        return last
    }

    private func lastNonZero(_ chunk: UnsafeRawBufferPointer) -> Int? {
        var index = chunk.count
        while index >= 8, chunk.loadUnaligned(fromByteOffset: index - 8, as: UInt64.self) == 0 { index -= 8 }
        while index > 0 {
            if chunk[index - 1] != 0 { return index - 1 }
            index -= 1
        }
        return nil
    }

    /// Offset of a frame from `offset` on that proves that index `tail` was durable when it was written.
    mutating func frame(provingDurable tail: UInt64, from offset: Int) throws(LedgerError) -> Int? {
        guard let last = try lastWritten(from: offset) else { return nil }
        var position = (offset + Frame.alignment - 1) / Frame.alignment * Frame.alignment
        while position <= last {
            let head = try bytes(at: position, atMost: 4)
            if head.count == 4, head.load(bigEndianAt: 0, as: UInt32.self) == Frame.magic,
                case .frame(let frame) = try frame(at: position), frame.batchStart > tail
            {
                return position
            }
            position += Frame.alignment
        }
        return nil
    }

    /// Adds a range of the segment to a digest.
    mutating func digest(_ range: Range<Int>, into hasher: borrowing SHA256) throws(LedgerError) {
        var position = range.lowerBound
        while position < range.upperBound {
            let chunk = try bytes(at: position, atMost: min(Self.windowLength, range.upperBound - position))
            guard !chunk.isEmpty else { return }
            hasher.update(chunk)
            position += chunk.count
        }
    }
}

extension LogFolder {
    /// Numbers of the segments that are there, rising.
    func segmentNumbers() throws(LedgerError) -> [UInt64] {
        try names(in: LogPath.segments).compactMap { LogPath.segmentNumber(ofName: $0) }.sorted()
    }

    /// Nil when the header is not whole or not this segment's.
    func header(ofSegment number: UInt64, logID: Opaque128) throws(LedgerError) -> SegmentHeader? {
        guard let bytes = try read(LogPath.segment(number), at: 0, count: SegmentHeader.length) else { return nil }
        return SegmentHeader(bytes, number: number, logID: logID)
    }

    /// The highest number of a key file, 0 for none.
    package func highestKeyFile() throws(LedgerError) -> UInt32 {
        try names(in: KeyFile.folder).compactMap { KeyFile.number(ofName: $0) }.max() ?? 0
    }
}
