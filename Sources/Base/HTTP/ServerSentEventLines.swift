internal import Glibc

/// Finds lines that end in LF, CRLF or CR in bytes that arrive piece by piece. Looks at no byte twice.
struct ServerSentEventLines {
    /// A field of a line, `name: value`.
    struct Field {
        let name: UnsafeRawBufferPointer
        let value: Range<Int>

        func `is`(_ expected: StaticString) -> Bool {
            guard name.count == expected.utf8CodeUnitCount, let start = name.baseAddress else { return false }
            return memcmp(start, expected.utf8Start, name.count) == 0
        }
    }

    /// Where the line begins that comes next.
    private(set) var start = 0
    /// Bytes before it hold no line end after `start`.
    private var searched = 0
    /// The line before ended in CR, so that a LF here belongs to it.
    private var mayContinueReturn = false

    /// The next line, without its end, and the offset behind its end; nil while there is none yet.
    mutating func next(in bytes: UnsafeRawBufferPointer) -> (range: Range<Int>, next: Int)? {
        if mayContinueReturn {
            guard start < bytes.count else { return nil }
            if bytes[start] == 0x0A { start += 1 }
            searched = max(searched, start)
            mayContinueReturn = false
        }
        guard let end = endOfLine(in: bytes) else {
            searched = bytes.count
            return nil
        }
        let line = start..<end
        start = end + 1
        if bytes[end] == 0x0D { mayContinueReturn = true }
        if mayContinueReturn, start < bytes.count {
            if bytes[start] == 0x0A { start += 1 }
            mayContinueReturn = false
        }
        searched = start
        return (line, start)
    }

    /// What follows the last line end, as a line; nil when nothing does.
    mutating func takeUnfinished(in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard start < bytes.count else { return nil }
        defer { start = bytes.count }
        return start..<bytes.count
    }

    /// The bytes before `count` were taken away.
    mutating func drop(_ count: Int) {
        start -= count
        searched -= count
    }

    private func endOfLine(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard searched < bytes.count, let base = bytes.baseAddress else { return nil }
        let feed = memchr(base + searched, 0x0A, bytes.count - searched).map { UnsafeRawPointer($0) - base }
        let limit = feed ?? bytes.count
        let carriage = limit > searched ? memchr(base + searched, 0x0D, limit - searched) : nil
        return carriage.map { UnsafeRawPointer($0) - base } ?? feed
    }

    /// The field in a line; nil for a comment and a blank line. One space after the colon is not of the value.
    static func field(_ line: Slice<UnsafeRawBufferPointer>, of bytes: UnsafeRawBufferPointer) -> Field? {
        guard let first = line.first, first != UInt8(ascii: ":") else { return nil }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = min(colon + 1, line.endIndex)
        if value < line.endIndex, bytes[value] == 0x20 { value += 1 }
        return Field(
            name: UnsafeRawBufferPointer(rebasing: bytes[line.startIndex..<colon]), value: value..<line.endIndex)
    }
}
