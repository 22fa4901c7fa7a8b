internal import Bytes
internal import Dialects
internal import HTTP
internal import Ledger
internal import Runtime
internal import Stores
internal import Transport
internal import Vocabulary

/// Carries a streamed answer: vendor's bytes in, whole events recorded, and shown when the record is on disk. One
/// record is on its way at a time; what arrives meanwhile becomes the next one, so that a slow disk makes larger
/// records and not more of them.
@EventLoop
final class StreamRelay {
    private unowned let attempt: Attempt
    private let head: ResponseHead
    private var stream: AnswerStream
    /// Bytes of the vendor that are not recorded yet; kept apart from `shown` only where the two may differ.
    private(set) var returned: [UInt8] = []
    private var shown: [UInt8] = []
    private var splices: [Splice] = []
    /// Shown bytes whose record is on its way to the disk.
    private var inFlight: [UInt8] = []
    private var isInFlight = false
    /// When the record in flight was staged, on the loop's clock.
    private var stagedAt: UInt64 = 0
    /// The record that is waited for; what is told of an earlier one is no longer of interest.
    private var awaited: UInt64 = 0
    /// Bytes of the vendor's stream in earlier records.
    private var recordedReturned = 0
    private var hasBegun = false
    private var isPaused = false
    private var waitsForRoom = false
    /// Bytes of content handed to the client's connection.
    private var shownBytes: UInt64 = 0
    private(set) var lastContent: Instant?
    private var ending: Ending?
    /// Waits for room in the log, to be recorded and said.
    private var unrecorded: Attempt.Denial?
    private var isNoticeRecorded = false

    private enum Ending {
        /// As the protocol says.
        case whole
        /// An error event is the last of `shown`; the body then ends without its end mark.
        case broken(OutcomeRecord.Abort)
        /// The notice of a denial or a stop, already recorded by itself.
        case notice([UInt8])
    }

    /// LIMIT: bytes that wait for the disk before the vendor is made to wait.
    private static let highWater = 256 * 1024
    private static let lowWater = 64 * 1024

    init(_ attempt: Attempt, _ head: ResponseHead) {
        self.attempt = attempt
        self.head = head
        stream = AnswerStream(attempt.visit.endpoint, hidesUsage: attempt.outgoing.hidesUsage)
    }

    private var visit: Visit { attempt.visit }
    private var services: AttemptServices { attempt.services }

    // MARK: From the vendor

    func received(_ bytes: UnsafeRawBufferPointer) {
        guard ending == nil else { return }
        returned.append(contentsOf: bytes)
        stream.feed(bytes, shown: &shown, splices: &splices, with: &services.scratch)
        commit()
        if let fault = stream.fault { return upstreamFaulted(fault) }
        guard stream.state.isCommitted else { return }
        flush()
        if shown.count > StreamRelay.highWater { pause() }
    }

    func upstreamEnded() {
        guard ending == nil else { return }
        stream.finish(shown: &shown, splices: &splices, with: &services.scratch)
        commit()
        if let fault = stream.fault { return upstreamFaulted(fault) }
        ending = .whole
        flush()
    }

    /// After the first valid event no other model answers. Law 6.
    private func commit() {
        if stream.state.isCommitted, attempt.phase == .waiting { attempt.phase = .streaming }
    }

    func upstreamFailed(_ fault: ClientFault) {
        guard ending == nil else { return }
        if stream.state.hasEnded { return endedBefore() }
        switch fault {
        case .idleTimeout: end(.timedOut, side: .upstream, reason: fault.code)
        default: end(.upstream(.endedEarly), side: .upstream, reason: fault.code)
        }
    }

    /// The answer was whole with its last event: what the vendor does or leaves undone after it is no fault of the
    /// answer, and the client hears nothing of it.
    private func endedBefore() {
        stream.abandon(with: [], shown: &shown, splices: &splices)
        ending = .whole
        flush()
    }

    private func upstreamFaulted(_ fault: UpstreamFault) {
        attempt.call?.cancel()
        if stream.state.hasEnded { return endedBefore() }
        guard stream.state.isCommitted else {
            let failure = Failure(.upstreamFailed, "the model's answer was not what its protocol allows")
            return attempt.finish(
                .failed(.init(outcome: .error, status: head.status, returned: returned, failure: failure)))
        }
        end(.upstream(fault), side: .upstream, reason: StreamRelay.reason(fault))
    }

    private static func reason(_ fault: UpstreamFault) -> String {
        switch fault {
        case .malformed: "malformed"
        case .tooLong: "too_long"
        case .endedEarly: "ended_early"
        case .reported: "reported"
        }
    }

    /// Ends an answer that broke off: an error event behind what came, then no end mark.
    func end(_ end: StreamEnd, side: OutcomeRecord.Abort.Side, reason: String) {
        guard ending == nil else { return }
        // After the vendor's own error event a second one would say the same twice.
        let event = end == .upstream(.reported) ? [] : visit.endpoint.streamError(end, reference: visit.reference ?? "")
        stream.abandon(with: event, shown: &shown, splices: &splices)
        ending = .broken(.init(side: side, reason: reason, usage: usage, shown: 0))
        flush()
    }

    // MARK: Records

    /// Stages what is there, unless a record is on its way. At the end: finishes.
    private func flush() {
        guard !isInFlight, !waitsForRoom else { return }
        guard !shown.isEmpty || (ending != nil && !returned.isEmpty) else {
            if ending != nil { complete() }
            return
        }
        do throws(LedgerError) {
            let index = try stage()
            swap(&inFlight, &shown)
            shown.removeAll(keepingCapacity: true)
            isInFlight = true
            stagedAt = Reactor.shared.now
            awaited = index
            visit.log.notify(self, through: index)
        } catch {
            if case .noRoom(full: false) = error {
                waitsForRoom = true
                pause()
                visit.log.notifyRoom(self)
            } else {
                recordFailed(error)
            }
        }
    }

    private func stage() throws(LedgerError) -> UInt64 {
        let removed = splices.reduce(0) { $0 + $1.removedCount }
        let inserted = splices.reduce(0) { $0 + $1.inserted.count }
        // What the whole events of `shown` were made from; a torn event stays for the next record.
        let count = ending == nil ? shown.count + removed - inserted : returned.count
        let heads = hasBegun ? nil : answerHeads
        let kind: ShownBytes
        if splices.isEmpty, count == shown.count {
            kind = .same
        } else if ending != nil, shown.count + removed - inserted != count {
            // A torn event at the end: it came, and nobody saw it.
            kind = .derived(.bytes(shown))
        } else {
            kind = .derived(
                .splices(
                    splices.map {
                        Splice(
                            offset: $0.offset - recordedReturned, removedCount: $0.removedCount, inserted: $0.inserted)
                    }))
        }
        let index = try returned.withUnsafeBytesTyped { (bytes) throws(LedgerError) in
            try visit.log.chunk(
                UnsafeRawBufferPointer(rebasing: bytes[..<count]), shown: kind, heads: heads, in: visit.record,
                lease: services.state.lease)
        }
        returned.removeFirst(count)
        recordedReturned += count
        splices.removeAll(keepingCapacity: true)
        hasBegun = true
        return index
    }

    private var answerHeads: LogCore.AnswerHeads {
        LogCore.AnswerHeads(
            upstream: AnswerHead.recorded(head),
            client: RecordedAnswerHead(
                status: head.status, headers: RecordedHeaders(clientFields.map { ($0.name, $0.value) })))
    }

    private var clientFields: [(name: String, value: String)] {
        AnswerHead.fields(for: attempt, upstream: head) + [("cache-control", "no-store")]
    }

    private func recordFailed(_ error: LedgerError) {
        services.recordFailed(error)
        // No record, no show: not even a word about it.
        attempt.call?.cancel()
        visit.exchange.drop()
        attempt.finish(.finished)
    }

    // MARK: To the client

    private var isStarted = false

    private func start() {
        guard !isStarted else { return }
        isStarted = true
        visit.exchange.startStream(status: head.status, fields: clientFields)
        services.metrics.responded(EndpointName(visit.endpoint), status: head.status)
        services.metrics.firstByte(of: visit)
    }

    private func complete() {
        guard let ending else { return }
        switch ending {
        case .whole:
            visit.exchange.endStream()
            services.metrics.ended(EndpointName(visit.endpoint), .stream)
            attempt.end(.complete(completion))
        case .broken(var abort):
            visit.exchange.breakOff()
            services.metrics.ended(EndpointName(visit.endpoint), .failed)
            abort.shown = shownBytes
            abort.usage = usage
            attempt.end(.abort(abort))
        case .notice(let notice):
            start()
            services.metrics.ended(EndpointName(visit.endpoint), .refused)
            visit.exchange.abortStream(notice: notice)
        }
        attempt.finish(.finished)
    }

    private var completion: OutcomeRecord.Completion {
        let facts = stream.state.facts
        return OutcomeRecord.Completion(
            model: facts.modelReported, region: facts.regionReported, requestID: AnswerHead.requestID(head),
            stop: facts.finish, usage: usage, shown: shownBytes)
    }

    private var usage: OutcomeRecord.Usage { stream.state.facts.usage?.recorded ?? [:] }

    // MARK: Flow

    private func pause() {
        guard !isPaused else { return }
        isPaused = true
        attempt.call?.pause()
    }

    private func resumeIfPossible() {
        guard isPaused, !waitsForRoom, shown.count < StreamRelay.lowWater, !visit.exchange.isCongested else { return }
        isPaused = false
        attempt.call?.resume()
    }

    func clientDrained() { resumeIfPossible() }

    // MARK: Ended otherwise

    func clientLeft() {
        attempt.call?.cancel()
        if stream.state.hasEnded, shown.isEmpty, inFlight.isEmpty {
            // It has the answer to its last event; clients do not wait for the vendor's end of the connection.
            if ending == nil { return endedBefore() }
            // What is still on its way to the disk came behind the last event and is not for the client.
            if case .whole = ending { return }
        }
        services.metrics.ended(EndpointName(visit.endpoint), .clientLeft)
        attempt.end(.abort(.init(side: .client, reason: "client_left", usage: usage, shown: shownBytes)))
        attempt.finish(.finished)
    }

    /// Content stops now: what waits is dropped, also what is recorded and not yet sent.
    func halt() {
        let dropped = visit.exchange.discardWaiting()
        shownBytes -= min(shownBytes, UInt64(dropped))
        inFlight.removeAll()
        shown.removeAll()
        splices.removeAll()
    }

    /// After `halt`: the notice is recorded, then shown.
    func end(by denial: Attempt.Denial) {
        let notice = visit.endpoint.streamError(.refused(denial.refusal), reference: visit.reference ?? "")
        var denial = denial
        ending = .notice(notice)
        isInFlight = false
        do throws(LedgerError) {
            let lease = services.state.lease
            if !returned.isEmpty {
                // It came, and nobody saw it.
                _ = try returned.withUnsafeBytesTyped { (bytes) throws(LedgerError) in
                    try visit.log.chunk(
                        bytes, shown: .derived(.bytes([])), heads: hasBegun ? nil : answerHeads, in: visit.record,
                        lease: lease)
                }
                returned.removeAll()
                hasBegun = true
            }
            if let decision = denial.decision {
                try visit.log.decide(again: decision, hop: attempt.hop, in: visit.record, lease: lease)
                denial.decision = nil
            }
            if !isNoticeRecorded {
                _ = try visit.log.shown(
                    ShownRecord(bytes: notice, why: denial.cut == nil ? "denied" : "cut"), in: visit.record,
                    lease: lease)
                isNoticeRecorded = true
            }
            let outcome: OutcomeRecord =
                denial.cut.map { .cut($0, usage: usage, shown: shownBytes) }
                ?? .abort(.init(side: .gate, reason: "denied", usage: usage, shown: shownBytes))
            let index = try visit.log.end(outcome, in: visit.record, lease: lease)
            isInFlight = true
            awaited = index
            visit.log.notify(self, through: index)
        } catch {
            guard case .noRoom(full: false) = error else { return recordFailed(error) }
            unrecorded = denial
            visit.log.notifyRoom(self)
        }
    }
}

extension StreamRelay: DurabilityObserver {
    func becameDurable(through index: UInt64) {
        guard isInFlight, index == awaited, attempt.phase == .streaming else { return }
        isInFlight = false
        if !inFlight.isEmpty {
            start()
            inFlight.withUnsafeBytes { visit.exchange.send(chunk: $0) }
            services.metrics.chunk(bytes: inFlight.count, stagedAt: stagedAt)
            // Sending may have found that the client is gone.
            guard attempt.phase == .streaming else { return }
            shownBytes += UInt64(inFlight.count)
            lastContent = Instant(nanoseconds: Clocks.wall)
            inFlight.removeAll(keepingCapacity: true)
            if visit.exchange.isCongested { pause() }
        }
        flush()
        resumeIfPossible()
    }

    func roomAppeared() {
        if let denial = unrecorded {
            unrecorded = nil
            return end(by: denial)
        }
        guard waitsForRoom, attempt.phase == .streaming else { return }
        waitsForRoom = false
        flush()
        resumeIfPossible()
    }

    func durabilityFailed() {
        guard attempt.phase == .streaming else { return }
        attempt.call?.cancel()
        visit.exchange.drop()
        attempt.finish(.finished)
    }
}

extension [UInt8] {
    /// `withUnsafeBytes` with a typed error.
    fileprivate func withUnsafeBytesTyped<Value, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try span.bytes.withUnsafeBytes { (bytes) throws(Failure) -> Value in try body(bytes) }
    }
}
