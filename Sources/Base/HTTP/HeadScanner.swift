internal import Glibc

/// Finds the blank line that ends a head in bytes that arrive piecemeal, looking at each byte once.
package struct HeadScanner: Sendable {
    private var scanned = 0
    private var lineStart = 0

    package init() {}

    /// The length of the head, blank line included; nil when more bytes are needed. `bytes` starts with the head's
    /// first byte at every call and only grows.
    package mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        while scanned < bytes.count {
            guard let found = memchr(start + scanned, 0x0A, bytes.count - scanned) else {
                scanned = bytes.count
                break
            }
            let lineFeed = start.distance(to: UnsafeRawPointer(found))
            guard lineFeed > lineStart, bytes[lineFeed - 1] == 0x0D else { throw .bareLineFeed }
            scanned = lineFeed + 1
            if lineFeed - 1 == lineStart {
                // An empty first line is no head at all.
                guard lineStart > 0 else { throw .malformedRequestLine }
                guard scanned <= HeadLimits.bytes else { throw .headTooLarge }
                let length = scanned
                scanned = 0
                lineStart = 0
                return length
            }
            lineStart = scanned
        }
        if bytes.count > HeadLimits.bytes { throw .headTooLarge }
        return nil
    }

    package mutating func reset() { self = HeadScanner() }
}
