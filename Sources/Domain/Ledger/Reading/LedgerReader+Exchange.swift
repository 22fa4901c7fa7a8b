internal import CBOR

extension LedgerReader {
    /// The exchange whose first record stands at an index.
    package func exchange(at index: UInt64) throws(LedgerError) -> RecordedExchange {
        var exchange: RecordedExchange?
        try records(from: index, where: { $0.first == index }) { record throws(LedgerError) in
            var current = exchange ?? RecordedExchange(index: index, began: record.leaf.wall)
            try add(record, to: &current)
            exchange = current
            return !current.isOver(after: record)
        }
        guard let exchange, exchange.records.first?.index == index, !exchange.records.isEmpty else {
            throw .noSuchRecord(index: index)
        }
        return exchange
    }

    /// Every exchange of the log in one pass, each when it ends; those without an end come last.
    package func exchanges(_ body: (RecordedExchange) throws(LedgerError) -> Void) throws(LedgerError) {
        var open: [UInt64: RecordedExchange] = [:]
        try records(where: { $0.compartment != Compartment.administration.rawValue }) { record throws(LedgerError) in
            let first = record.leaf.first
            var current = open[first] ?? RecordedExchange(index: first, began: record.leaf.wall)
            open[first] = nil
            try add(record, to: &current)
            if current.isOver(after: record) { try body(current) } else { open[first] = current }
            return true
        }
        for index in open.keys.sorted() {
            if let exchange = open[index] { try body(exchange) }
        }
    }

    /// The body `received` of the record at an index, references followed.
    package func received(at index: UInt64) throws(LedgerError) -> [UInt8] {
        let record = try record(at: index)
        guard let item = try decoded(record)["received"] else {
            throw .malformed(index: index, problem: "it has no received body")
        }
        return try resolved(try problem(at: index) { () throws(RecordProblem) in try Body(item) }, of: index, links: 1)
    }

    private func resolved(_ body: Body, of index: UInt64, links: Int) throws(LedgerError) -> [UInt8] {
        guard let prefix = body.prefix else { return body.bytes }
        guard prefix.at < index, links < Body.maximumLinks else {
            throw .malformed(index: index, problem: "its body refers to too many or to later records")
        }
        let earlier = try record(at: prefix.at)
        guard let item = try decoded(earlier)["received"] else {
            throw .malformed(index: prefix.at, problem: "it has no received body")
        }
        let base = try resolved(
            try problem(at: prefix.at) { () throws(RecordProblem) in try Body(item) }, of: prefix.at, links: links + 1)
        guard prefix.keep <= base.count else {
            throw .malformed(index: index, problem: "its body keeps more than the earlier one has")
        }
        return base[..<prefix.keep] + body.bytes
    }

    private func decoded(_ record: LedgerRecord) throws(LedgerError) -> CBOR {
        do throws(CBORError) {
            return try CBOR.decode(record.plaintext)
        } catch {
            throw .malformed(index: record.index, problem: error.description)
        }
    }

    private func problem<Value>(
        at index: UInt64, _ read: () throws(RecordProblem) -> Value
    ) throws(LedgerError) -> Value {
        do throws(RecordProblem) {
            return try read()
        } catch {
            throw .malformed(index: index, problem: error.description)
        }
    }

    private func add(_ record: LedgerRecord, to exchange: inout RecordedExchange) throws(LedgerError) {
        exchange.records.append((record.index, record.type))
        let item = try decoded(record)
        let index = record.index
        switch record.type {
        case .admit: try addAdmit(record, item, to: &exchange)
        case .hop:
            let hop = try problem(at: index) { () throws(RecordProblem) in try HopRecord(item) }
            exchange.hops.append(RecordedExchange.Hop(index: index, record: hop))
            if let request = hop.request {
                let received = try resolved(request.received, of: index, links: 1)
                exchange.begin(request.caller, request.head, received)
            }
        case .decision:
            let (decision, hop) = try problem(at: index) { () throws(RecordProblem) in
                let decoder = try RecordDecoder(item)
                return (try decoder.bytes("decision"), Int(clamping: try decoder.unsigned("hop")))
            }
            exchange.decisions.append(RecordedExchange.Decided(index: index, hop: hop, decision: decision))
            if let last = exchange.attempts.indices.last { exchange.attempts[last].isDecided = true }
        case .chunk: try addChunk(record, item, to: &exchange)
        case .shown:
            let shown = try problem(at: index) { () throws(RecordProblem) in try ShownRecord(item) }
            exchange.shown += shown.bytes
            exchange.answer = exchange.answer ?? shown.answer
        case .refused:
            let refusal = try problem(at: index) { () throws(RecordProblem) in try RefusedRecord(item) }
            if exchange.caller == nil {
                let received = try resolved(refusal.received, of: index, links: 1)
                exchange.begin(refusal.caller, refusal.head, received)
            }
            exchange.shown += refusal.shown
            exchange.answer = refusal.answer
            exchange.refusal = refusal
        case .complete, .abort, .cutAbort:
            let outcome = try problem(at: index) { () throws(RecordProblem) in
                try OutcomeRecord(item, type: record.type)
            }
            exchange.end(outcome)
        default: break
        }
    }

    private func addAdmit(
        _ record: LedgerRecord, _ item: CBOR, to exchange: inout RecordedExchange
    ) throws(LedgerError) {
        let admit = try problem(at: record.index) { () throws(RecordProblem) in try AdmitRecord(item) }
        let received = try resolved(admit.received, of: record.index, links: 1)
        guard let sent = admit.sent.applied(to: received) else {
            throw .malformed(index: record.index, problem: "a splice lies outside of the received body")
        }
        exchange.begin(admit.caller, admit.head, received)
        exchange.attempts.append(
            RecordedExchange.Attempt(index: record.index, record: admit, lease: record.leaf.lease, sent: sent))
    }

    private func addChunk(
        _ record: LedgerRecord, _ item: CBOR, to exchange: inout RecordedExchange
    ) throws(LedgerError) {
        let chunk = try problem(at: record.index) { () throws(RecordProblem) in try ChunkRecord(item) }
        guard let last = exchange.attempts.indices.last, let shown = chunk.shown.applied(to: chunk.returned) else {
            throw .malformed(index: record.index, problem: "the chunk follows no admission, or its splices do not fit")
        }
        exchange.attempts[last].returned += chunk.returned
        exchange.attempts[last].head = exchange.attempts[last].head ?? chunk.head
        exchange.answer = exchange.answer ?? chunk.answer
        exchange.shown += shown
        exchange.contentLength += shown.count
    }
}

extension RecordedExchange {
    /// What the first record says about the request; later ones repeat it.
    fileprivate mutating func begin(_ caller: Caller, _ head: RecordedRequestHead, _ received: [UInt8]) {
        guard self.caller == nil else { return }
        self.caller = caller
        self.head = head
        self.received = received
    }

    /// What was durable and not yet handed over when it ended was never shown.
    fileprivate mutating func end(_ outcome: OutcomeRecord) {
        self.outcome = outcome
        guard let handed = Int(exactly: outcome.shown), handed < contentLength else { return }
        shown.removeSubrange(handed..<contentLength)
        contentLength = handed
    }

    /// Whether nothing more can come: its end, and the decision that belongs to it, have been read.
    func isOver(after record: LedgerRecord) -> Bool {
        isEnded && !(record.type == .refused && record.leaf.flags.contains(.unit))
    }
}
