internal import HTTP

/// The splitter of event streams: no byte is lost, the cuts change no event, and every event is the one that a plain
/// reading of WHATWG HTML section 9.2.6 finds.
struct ServerSentEventTarget: FuzzTarget {
    static let name = "sse"

    private struct Event: Equatable {
        var name: [UInt8]
        var data: [UInt8]
        var count: Int
    }

    func run(_ input: [UInt8]) throws {
        let (header, pieces) = InputCuts.split(input, header: 4)
        let text = Array(input.dropFirst(header.count))
        let whole = try split([text[...]], of: text)
        let expected = ServerSentEventTarget.plain(text)
        try promise(whole == expected, "an event is read otherwise than plainly")
        let cut = try split(pieces, of: text)
        try promise(cut == expected, "the cuts changed an event")
        let bytewise = try split(text.indices.map { text[$0...$0] }, of: text)
        try promise(bytewise == expected, "bytes one by one changed an event")
    }

    /// Events with data, in order. Blank ones carry nothing and may be cut anywhere.
    private func split(_ pieces: [ArraySlice<UInt8>], of text: [UInt8]) throws -> [Event] {
        var splitter = ServerSentEventSplitter()
        var events: [Event] = []
        var bytes: [UInt8] = []
        var isTorn = false
        func take(_ event: ServerSentEvent) {
            bytes += event.bytes
            guard event.dataCount > 0 else { return }
            var joined: [UInt8] = []
            event.joinedData(into: &joined)
            if event.dataCount == 1, Array(event.bytes[event.dataRange]) != joined { isTorn = true }
            events.append(Event(name: Array(event.name), data: joined, count: event.dataCount))
        }
        for piece in pieces { try piece.withUnsafeBytes { try splitter.feed($0) { take($0) } } }
        try promise(bytes.count + splitter.pendingCount == text.count, "bytes are neither given nor kept")
        splitter.finish { take($0) }
        try promise(bytes == text, "bytes of a stream were lost or changed")
        try promise(splitter.pendingCount == 0, "something waits after the end")
        try promise(!isTorn, "the data lies elsewhere than said")
        return events
    }

    /// The end of the stream ends the event, too: who reads a vendor's last words wants them.
    private static func plain(_ text: [UInt8]) -> [Event] {
        var events: [Event] = []
        var event = Event(name: [], data: [], count: 0)
        for line in lines(text) + [[]] {
            if line.isEmpty {
                if event.count > 0 { events.append(event) }
                event = Event(name: [], data: [], count: 0)
                continue
            }
            let name = Array(line.prefix { $0 != 0x3A })
            var value = Array(line.dropFirst(name.count + 1))
            if value.first == 0x20 { value.removeFirst() }
            if name == Array("event".utf8) { event.name = value }
            if name == Array("data".utf8) {
                if event.count > 0 { event.data.append(0x0A) }
                event.data += value
                event.count += 1
            }
        }
        return events
    }

    private static func lines(_ text: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == 0x0D, index < text.count, text[index] == 0x0A { index += 1 }
            if byte == 0x0D || byte == 0x0A { lines.append([]) } else { lines[lines.count - 1].append(byte) }
        }
        return lines
    }
}
