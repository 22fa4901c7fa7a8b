// Proves that events come out whole and in order in every framing and at every cut, that no byte is lost, and that the
// limit holds.
import Testing

@testable import HTTP

struct ServerSentEventTests {
    struct Seen: Equatable {
        var name: String
        var data: String
        var dataCount: Int
    }

    private func split(_ stream: [UInt8], pieces: [Int], finishing: Bool = true) -> (events: [Seen], bytes: [UInt8]) {
        var splitter = ServerSentEventSplitter()
        var events: [Seen] = []
        var bytes: [UInt8] = []
        func take(_ event: ServerSentEvent) {
            var joined: [UInt8] = []
            event.joinedData(into: &joined)
            if event.dataCount == 1 {
                #expect(Array(event.bytes[event.dataRange]) == joined)
            }
            events.append(
                Seen(
                    name: String(decoding: event.name, as: UTF8.self), data: String(decoding: joined, as: UTF8.self),
                    dataCount: event.dataCount))
            bytes += Array(event.bytes)
        }
        var start = 0
        for end in pieces + [stream.count] {
            stream[start..<end].withUnsafeBytes { piece in
                // The limit has its own test.
                try? splitter.feed(piece) { take($0) }
            }
            start = end
        }
        if finishing { splitter.finish { take($0) } }
        return (events, bytes)
    }

    private static let lines = [
        ": comment", "", "data: one", "", "event: named", "data:two", "data: three", "id: 7", "", "", "data", "",
        "event: only-a-name", "", "data: 中文\u{FEFF}", "retry: 10", "unknown: x", "", ":", "", "data:  two spaces", "",
    ]

    private static let expected = [
        Seen(name: "", data: "", dataCount: 0), Seen(name: "", data: "one", dataCount: 1),
        Seen(name: "named", data: "two\nthree", dataCount: 2), Seen(name: "", data: "", dataCount: 0),
        Seen(name: "", data: "", dataCount: 1), Seen(name: "only-a-name", data: "", dataCount: 0),
        Seen(name: "", data: "中文\u{FEFF}", dataCount: 1), Seen(name: "", data: "", dataCount: 0),
        Seen(name: "", data: " two spaces", dataCount: 1),
    ]

    @Test(arguments: ["\n", "\r\n", "\r"])
    func everyFramingAndCut(end: String) {
        let stream = Array(ServerSentEventTests.lines.map { $0 + end }.joined().utf8)
        #expect(split(stream, pieces: []).events == ServerSentEventTests.expected)
        for cut in 0...stream.count {
            let (events, bytes) = split(stream, pieces: [cut])
            #expect(events.filter { $0.dataCount > 0 } == ServerSentEventTests.expected.filter { $0.dataCount > 0 })
            #expect(bytes == stream)
        }
        let (events, bytes) = split(stream, pieces: Array(1..<stream.count))
        #expect(events.filter { $0.dataCount > 0 } == ServerSentEventTests.expected.filter { $0.dataCount > 0 })
        #expect(bytes == stream)
    }

    @Test func mixedFraming() {
        let stream = Array("data: a\r\n\ndata: b\n\r\ndata: c\r\rdata: d\r\n\r\ndata: e\n\n".utf8)
        for size in 1...stream.count {
            let (events, bytes) = split(stream, pieces: Array(stride(from: size, to: stream.count, by: size)))
            #expect(events.filter { $0.dataCount > 0 }.map(\.data) == ["a", "b", "c", "d", "e"])
            #expect(bytes == stream)
        }
    }

    @Test func whatIsNotCompleteWaits() {
        let stream = Array("data: a\n\ndata: b\n".utf8)
        #expect(split(stream, pieces: [], finishing: false).events.map(\.data) == ["a"])
        #expect(split(stream, pieces: []).events.map(\.data) == ["a", "b"])
        #expect(split(Array("data: a".utf8), pieces: []).bytes == Array("data: a".utf8))
    }

    @Test func limit() throws {
        let limit = ServerSentEventSplitter.eventLimit
        func feed(_ count: Int, pieces: Int) -> (taken: Int, isTooLong: Bool) {
            var splitter = ServerSentEventSplitter()
            var taken = 0
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: count / pieces)
            do throws(ServerSentEventSplitter.EventTooLong) {
                for _ in 0..<pieces { try splitter.feed(UnsafeRawBufferPointer(start: nil, count: 0)) { _ in } }
                var failed = false
                for _ in 0..<pieces {
                    piece.withUnsafeBytes { bytes in
                        do throws(ServerSentEventSplitter.EventTooLong) {
                            try splitter.feed(bytes) { _ in taken += 1 }
                        } catch {
                            failed = true
                        }
                    }
                }
                if failed { throw ServerSentEventSplitter.EventTooLong() }
            } catch {
                return (taken, true)
            }
            return (taken, false)
        }
        #expect(feed(limit, pieces: 1).isTooLong == false)
        #expect(feed(limit + 1, pieces: 1).isTooLong)
        #expect(feed(limit, pieces: 256).isTooLong == false)
        #expect(feed(limit + 512, pieces: 256).isTooLong)
    }
}
