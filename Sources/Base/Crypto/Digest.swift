internal import Bytes
internal import COpenSSL

/// 32 bytes of a SHA-256 (FIPS 180-4) or HMAC-SHA-256 (RFC 2104), held inline.
package struct Digest: Hashable, Sendable, Comparable {
    package static let length = 32
    /// Big-endian words, so that comparing words compares bytes.
    private var w0: UInt64 = 0
    private var w1: UInt64 = 0
    private var w2: UInt64 = 0
    private var w3: UInt64 = 0

    /// Fills the 32 bytes through a pointer.
    package init<Failure>(
        _ fill: (UnsafeMutablePointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        try withUnsafeMutableBytes(of: &words) { (buffer) throws(Failure) in
            guard let start = buffer.baseAddress else { return }
            try fill(start.assumingMemoryBound(to: UInt8.self))
        }
        (w0, w1, w2, w3) = (
            UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
            UInt64(bigEndian: words.3)
        )
    }

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Digest.length else { return nil }
        self.init { target in
            for index in 0..<Digest.length { target[index] = bytes[index] }
        }
    }

    package static let zero = Digest { _ in }

    package var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Digest.length)
        result.append(self)
        return result
    }

    package var hexadecimal: String { Hex.encode(bytes) }

    package func withUnsafeBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let words = (w0.bigEndian, w1.bigEndian, w2.bigEndian, w3.bigEndian)
        return try Swift.withUnsafeBytes(of: words) { (buffer) throws(Failure) -> Result in try body(buffer) }
    }

    package static func < (left: Digest, right: Digest) -> Bool {
        (left.w0, left.w1, left.w2, left.w3) < (right.w0, right.w1, right.w2, right.w3)
    }

    /// Duration independent of the contents.
    package static func equalInConstantTime(_ left: Digest, _ right: Digest) -> Bool {
        (left.w0 ^ right.w0) | (left.w1 ^ right.w1) | (left.w2 ^ right.w2) | (left.w3 ^ right.w3) == 0
    }
}

extension [UInt8] {
    package mutating func append(_ digest: Digest) {
        digest.withUnsafeBytes { append(contentsOf: $0) }
    }
}
