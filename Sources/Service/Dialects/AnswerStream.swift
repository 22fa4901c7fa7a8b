package import Bytes
internal import HTTP

/// A streamed answer on its way from the vendor to the client: whole events only, watched for the first valid event,
/// the last, errors and usage, and freed of what the gate itself asked for.
///
/// An event that needs no change is copied once; nothing is allocated for it beyond the caller's buffers.
package struct AnswerStream: Sendable {
    /// LIMIT: bytes before the first valid event.
    package static let preludeLimit = 256 << 10
    /// LIMIT: bytes after the event that ends the answer; none of them is shown, and all are kept for the record.
    package static let tailLimit = 64 << 10

    private let endpoint: any Endpoint
    private var splitter = ServerSentEventSplitter()
    /// Bytes of the vendor's stream that were dealt with, and that arrived.
    private var settled = 0
    private var arrived = 0
    /// Where the answer ended.
    private var end: Int?

    package private(set) var state: AnswerState
    /// Set once; nothing is forwarded after it.
    package private(set) var fault: UpstreamFault?

    package init(_ endpoint: any Endpoint, hidesUsage: Bool) {
        self.endpoint = endpoint
        state = AnswerState(hidesUsage: hidesUsage)
    }

    /// Takes the next piece of the vendor's stream and appends what the client may see to `shown`, whole events, and to
    /// `splices` how that differs from the piece; their offsets count from the beginning of the vendor's stream.
    ///
    /// Until `state.isCommitted` the caller keeps `shown` back. After `fault` it ends the stream with `abandon`.
    package mutating func feed(
        _ piece: UnsafeRawBufferPointer, shown: inout [UInt8], splices: inout [Splice],
        with scratch: inout AnswerScratch
    ) {
        guard fault == nil else {
            arrived += piece.count
            return
        }
        if arrived == 0, piece.starts(with: AnswerStream.byteOrderMark) {
            // No client skips it, and OpenAI's then sees no event at all.
            splices.append(Splice(offset: 0, removedCount: 3, inserted: []))
            settled = 3
            arrived = 3
            return feed(
                UnsafeRawBufferPointer(rebasing: piece[3...]), shown: &shown, splices: &splices, with: &scratch)
        }
        arrived += piece.count
        // Out of `self` while events are taken, which change the rest of it.
        var splitter = ServerSentEventSplitter()
        swap(&splitter, &self.splitter)
        do throws(ServerSentEventSplitter.EventTooLong) {
            try splitter.feed(piece) { take($0, &shown, &splices, &scratch) }
        } catch {
            fault = fault ?? .tooLong
        }
        swap(&splitter, &self.splitter)
        if !state.isCommitted, arrived > AnswerStream.preludeLimit { fault = fault ?? .tooLong }
        if let end, arrived - end > AnswerStream.tailLimit { fault = fault ?? .tooLong }
    }

    /// The vendor closed its stream in order. Sets `fault` unless the answer is whole.
    package mutating func finish(
        shown: inout [UInt8], splices: inout [Splice], with scratch: inout AnswerScratch
    ) {
        guard fault == nil else { return }
        var splitter = ServerSentEventSplitter()
        swap(&splitter, &self.splitter)
        splitter.finish { event in
            // Only the event that ends the answer may lack its blank line, and gets it. Anything else that is torn off
            // here is not shown: what follows would run into it.
            let endedBefore = state.hasEnded
            let isLast = event.dataCount > 0 && verdict(on: event, &scratch) == .forward && state.hasEnded
            guard isLast, !endedBefore else { return }
            let endsLine = event.bytes.last == 0x0A || event.bytes.last == 0x0D
            let blankLine: [UInt8] = endsLine ? [0x0A] : [0x0A, 0x0A]
            shown.append(contentsOf: event.bytes)
            shown += blankLine
            settled += event.bytes.count
            splices.append(Splice(offset: settled, removedCount: 0, inserted: blankLine))
        }
        if settled < arrived, state.hasEnded {
            splices.append(Splice(offset: settled, removedCount: arrived - settled, inserted: []))
            settled = arrived
        }
        if !state.hasEnded { fault = fault ?? .endedEarly }
    }

    /// Ends the stream with `error` in place of all that was not shown; the caller then aborts the connection. After
    /// the fault `reported` the client has the vendor's own error event already, and `error` is empty.
    package mutating func abandon(with error: [UInt8], shown: inout [UInt8], splices: inout [Splice]) {
        shown.append(contentsOf: error)
        if arrived > settled || !error.isEmpty {
            splices.append(Splice(offset: settled, removedCount: arrived - settled, inserted: error))
        }
        settled = arrived
        fault = fault ?? .endedEarly
    }

    private mutating func take(
        _ event: ServerSentEvent, _ shown: inout [UInt8], _ splices: inout [Splice],
        _ scratch: inout AnswerScratch
    ) {
        guard fault == nil else { return }
        let offset = settled
        if state.hasEnded {
            // The answer is whole: a client may stop reading here, or take what follows for more of it.
            splices.append(Splice(offset: offset, removedCount: event.bytes.count, inserted: []))
            settled += event.bytes.count
            return
        }
        // A byte order mark in pieces ends here, where it would hide the first event from the client.
        let verdict: EventVerdict =
            offset == 0 && event.bytes.starts(with: AnswerStream.byteOrderMark)
            ? .malformed : verdict(on: event, &scratch)
        switch verdict {
        case .malformed:
            fault = .malformed
            return
        case .error:
            fault = .reported
            shown.append(contentsOf: event.bytes)
        case .forward:
            shown.append(contentsOf: event.bytes)
        case .hide:
            splices.append(Splice(offset: offset, removedCount: event.bytes.count, inserted: []))
        case .remove(let range):
            remove(range, of: event, at: offset, &shown, &splices, scratch)
        }
        settled += event.bytes.count
        if state.hasEnded { end = settled }
    }

    private mutating func verdict(on event: ServerSentEvent, _ scratch: inout AnswerScratch) -> EventVerdict {
        switch event.dataCount {
        case 0: return .forward
        case 1: return endpoint.read(AnswerEvent(name: event.name, data: event.data), into: &state, with: &scratch)
        default:
            var joined: [UInt8] = []
            swap(&joined, &scratch.joined)
            event.joinedData(into: &joined)
            let verdict = joined.withUnsafeBytes {
                endpoint.read(AnswerEvent(name: event.name, data: $0), into: &state, with: &scratch)
            }
            swap(&joined, &scratch.joined)
            return verdict
        }
    }

    private func remove(
        _ range: Range<Int>, of event: ServerSentEvent, at offset: Int, _ shown: inout [UInt8],
        _ splices: inout [Splice], _ scratch: borrowing AnswerScratch
    ) {
        if event.dataCount == 1 {
            let start = event.dataRange.lowerBound
            shown.append(contentsOf: event.bytes[..<(start + range.lowerBound)])
            shown.append(contentsOf: event.bytes[(start + range.upperBound)...])
            splices.append(
                Splice(offset: offset + start + range.lowerBound, removedCount: range.count, inserted: []))
            return
        }
        // Data over several lines is written anew on one.
        var line: [UInt8] = []
        line.append(ascii: "data: ")
        line += scratch.joined[..<range.lowerBound].map { $0 == 0x0A ? 0x20 : $0 }
        line += scratch.joined[range.upperBound...].map { $0 == 0x0A ? 0x20 : $0 }
        line.append(ascii: "\n\n")
        shown += line
        splices.append(Splice(offset: offset, removedCount: event.bytes.count, inserted: line))
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
