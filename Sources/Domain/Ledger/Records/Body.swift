internal import Bytes
internal import CBOR

/// A received body: its bytes, or the beginning of an earlier one and what follows.
///
/// A client resends the whole conversation with every turn; kept as references, a conversation of n turns costs n
/// bodies and not n²/2.
package struct Body: Equatable, Sendable {
    package struct Prefix: Equatable, Sendable {
        /// Index of a record with a `received`, in the same log.
        package var at: UInt64
        package var keep: Int

        package init(at: UInt64, keep: Int) {
            self.at = at
            self.keep = keep
        }
    }

    /// LIMIT: links of a chain of references; the next body is kept whole again.
    package static let maximumLinks = 64
    /// A reference is not worth its reading below this many shared bytes.
    static let leastShared = 1024

    package var prefix: Prefix?
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package init(prefix: Prefix?, bytes: [UInt8]) {
        self.prefix = prefix
        self.bytes = bytes
    }

    /// An earlier body that the caller has at hand, and how many links lie behind it.
    package struct Earlier: Equatable, Sendable {
        package var index: UInt64
        package var bytes: [UInt8]
        package var links: Int

        package init(index: UInt64, bytes: [UInt8], links: Int) {
            self.index = index
            self.bytes = bytes
            self.links = links
        }
    }

    /// The shortest way to keep `bytes`, given an earlier body of the same conversation.
    package static func keeping(_ bytes: [UInt8], after earlier: Earlier?) -> Body {
        guard let earlier, earlier.links < maximumLinks - 1 else { return Body(bytes) }
        let shared = zip(bytes, earlier.bytes).prefix { $0 == $1 }.count
        guard shared >= leastShared else { return Body(bytes) }
        return Body(prefix: Prefix(at: earlier.index, keep: shared), bytes: Array(bytes[shared...]))
    }

    /// Whether it is a received body, or what of it follows the prefix.
    func isEnd(of received: [UInt8]) -> Bool {
        received.count == bytes.count + (prefix?.keep ?? 0)
            && received.span.bytes.withUnsafeBytes { received in
                bytes.span.bytes.withUnsafeBytes { own in
                    own.hasSameBytes(as: UnsafeRawBufferPointer(rebasing: received.suffix(own.count)))
                }
            }
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: prefix == nil ? 1 : 3)
        if let prefix {
            writer.text("at")
            writer.unsigned(prefix.at)
            writer.pair("keep", unsigned: prefix.keep)
        }
        writer.text("bytes")
        writer.bytes(bytes)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "received")
        bytes = try decoder.bytes("bytes")
        guard item["at"] != nil || item["keep"] != nil else { return }
        guard let keep = Int(exactly: try decoder.unsigned("keep")) else {
            throw RecordProblem(key: "keep", expected: "a length")
        }
        prefix = Prefix(at: try decoder.unsigned("at"), keep: keep)
    }
}
