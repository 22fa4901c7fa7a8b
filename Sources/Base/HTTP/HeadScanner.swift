internal import Glibc

/// Finds the blank line that ends a head in bytes that arrive piecemeal, looking at each byte once. The outcome does
/// not depend on the pieces.
package struct HeadScanner: Sendable {
    package enum Kind: Sendable {
        case request
        case answer
    }

    private let kind: Kind
    private var scanned = 0
    private var lineStart = 0

    package init(_ kind: Kind = .request) { self.kind = kind }

    /// The length of the head, blank line included; nil when more bytes are needed. `bytes` starts with the head's
    /// first byte at every call and only grows.
    package mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        // What lies beyond the limit is not looked at: it must not decide which fault is found.
        let end = min(bytes.count, HeadLimits.bytes)
        while scanned < end {
            guard let found = memchr(start + scanned, 0x0A, end - scanned) else {
                scanned = end
                break
            }
            let lineFeed = start.distance(to: UnsafeRawPointer(found))
            guard lineFeed > lineStart, bytes[lineFeed - 1] == 0x0D else { throw .bareLineFeed }
            scanned = lineFeed + 1
            if lineStart == 0 { try checkFirstLine(UnsafeRawBufferPointer(rebasing: bytes[..<(lineFeed - 1)])) }
            if lineFeed - 1 == lineStart {
                let length = scanned
                scanned = 0
                lineStart = 0
                return length
            }
            lineStart = scanned
        }
        if bytes.count >= HeadLimits.bytes { throw .headTooLarge }
        return nil
    }

    /// A first line without a version begins no head: the rest of HTTP/0.9 would be waited for in vain.
    private func checkFirstLine(_ line: UnsafeRawBufferPointer) throws(HTTPFault) {
        switch kind {
        case .request:
            let last = line.lastIndex(of: 0x20).map { $0 + 1 } ?? line.endIndex
            guard line[last...].starts(with: "HTTP/".utf8) else { throw .malformedRequestLine }
        case .answer:
            guard line.starts(with: "HTTP/".utf8) else { throw .malformedStatusLine }
        }
    }

    package mutating func reset() { self = HeadScanner(kind) }
}
