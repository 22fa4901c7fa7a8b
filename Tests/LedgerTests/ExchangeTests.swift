// Proves that whoever owns the folder and the keys rebuilds every exchange: bytes received, sent, returned and shown,
// and the decisions, for random interleaved traffic over many small segments.
import Ledger
import LedgerTestKit
import MerkleLog
import Testing
import Vocabulary

struct ExchangeTests {
    static let start = LedgerTime(wall: Instant(seconds: 1_781_740_800), monotonic: 5_000_000_000)

    static func settings(_ size: Int = 65_536) throws -> LogSettings {
        LogSettings(segments: try #require(SegmentGeometry(size: size)))
    }

    static func compare(_ reader: LedgerReader<Boxed>, _ book: [BookEntry]) throws {
        for entry in book {
            let exchange = try reader.exchange(at: entry.index)
            check(exchange, entry)
        }
    }

    static func check(_ exchange: RecordedExchange, _ entry: BookEntry) {
        #expect(exchange.received == entry.received, "received of \(entry.index)")
        #expect(exchange.attempts.map(\.sent) == entry.sent, "sent of \(entry.index)")
        #expect(exchange.attempts.map(\.returned) == entry.returned, "returned of \(entry.index)")
        #expect(exchange.shown == entry.shown, "shown of \(entry.index)")
        #expect(exchange.decisions.map(\.decision) == entry.decisions, "decisions of \(entry.index)")
        let end: String =
            switch (exchange.outcome, exchange.refusal) {
            case (.complete, _): "complete"
            case (.abort, _): "abort"
            case (.cut, _): "cut"
            case (nil, .some): "refused"
            case (nil, nil): "open"
            }
        #expect(end == entry.end, "end of \(entry.index)")
        #expect(exchange.head?.path == "/v1/messages")
        #expect(exchange.head?.headers.headers.map(\.name) == ["content-type", "anthropic-version"])
    }

    @Test func thousandRandomExchanges() throws {
        let disk = SimulatedDisk()
        let log = try TestLog(disk, settings: try Self.settings(), seed: 1, now: Self.start)
        let traffic = SampleTraffic(log, seed: 2)
        while traffic.book.count < 1_000 {
            try traffic.step()
            if traffic.count % 7 == 0 { try log.commit() }
        }
        try traffic.finish()
        try log.close()
        let reader = LedgerReader(folder: Boxed(disk), identity: TestLog.identity, masters: [TestLog.master])
        try Self.compare(reader, traffic.book)
        var seen: [UInt64: RecordedExchange] = [:]
        try reader.exchanges { seen[$0.index] = $0 }
        #expect(seen.count == traffic.book.count)
        for entry in traffic.book { Self.check(try #require(seen[entry.index]), entry) }
        let report = LogVerifier.verify(Boxed(disk), anchors: [log.publisher.key])
        #expect(report.problems == [])
        #expect(report.notes == [])
        #expect(report.signedSize == log.core.nextIndex)
        #expect(report.segments > 20)
    }
}
