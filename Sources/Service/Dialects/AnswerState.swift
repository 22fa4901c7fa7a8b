package import JSON

/// One event as an endpoint sees it: its name, and its data with several lines joined.
package struct AnswerEvent {
    package let name: UnsafeRawBufferPointer
    package let data: UnsafeRawBufferPointer

    package init(name: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer) {
        self.name = name
        self.data = data
    }

    /// From brace to brace. A plain delta is not parsed any further; a torn one must not reach a client. All else is
    /// parsed as strictly as a request.
    var isObject: Bool {
        guard let last = data.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return false }
        return data.first == UInt8(ascii: "{") && data[last] == UInt8(ascii: "}")
    }
}

/// What is known of a streamed answer so far.
package struct AnswerState: Equatable, Sendable {
    package var facts = AnswerFacts()
    /// Usage that the client has not asked for is taken out.
    package let hidesUsage: Bool
    /// The first valid event was seen. Before it nothing reaches the client, after it no other model answers.
    package var isCommitted = false
    /// The event that ends a whole answer was seen.
    package var hasEnded = false

    package init(hidesUsage: Bool) { self.hidesUsage = hidesUsage }
}

/// What happens to an event.
package enum EventVerdict: Equatable, Sendable {
    case forward
    /// The client does not see it.
    case hide
    /// The client sees the data without these bytes of it.
    case remove(Range<Int>)
    /// An error of the vendor; forwarded, and the end.
    case error
    /// No event of this protocol; it is not forwarded, and nothing after it.
    case malformed
}

/// Working memory for reading answers, one for a shard: no stream owns any.
package struct AnswerScratch: ~Copyable {
    package var parser = JSONParser()
    package var nodes: [JSONNode] = []
    var joined: [UInt8] = []

    package init() {}

    /// The data as a document; nil when it is not strict JSON. Allocates: for the rare events that are read.
    mutating func document(_ data: UnsafeRawBufferPointer) -> JSONDocument? { document(Array(data)) }

    mutating func document(_ bytes: [UInt8]) -> JSONDocument? {
        // The reason why it is no JSON helps nobody here: the event is malformed, or passed on as it came.
        try? parser.parse(bytes)
    }
}
