internal import Bytes
internal import CBOR
package import Policy
package import Vocabulary

// What an exchange writes. Each function stages its record and returns the index that has to be durable
// (`durableCount` > index) before what it records may happen.
//
// A function throws before it changes anything: `noRoom` and `noKey` pass when the lanes of segments and keys have
// moved on.
extension LogCore {
    /// Takes keys for an exchange. Nothing is written yet.
    package mutating func beginExchange(at now: LedgerTime) throws(LedgerError) -> Exchange {
        guard readyKeys(.content, at: now) > 0 else { throw .noKey(compartment: .content) }
        let decision = try takeKey(.decision, at: now)
        return Exchange(content: try takeKey(.content, at: now), decision: decision)
    }

    /// Whether an admission with bodies of these lengths can be staged now. Asked before `admit`, because `admit`
    /// uses the permit up even when it throws.
    package mutating func roomToAdmit(_ record: AdmitRecord, decisionLength: Int) -> Room {
        // The heads and names of a record take a few hundred bytes; 64 KiB is beyond what the limits on heads let
        // through.
        room(for: [record.received.bytes.count + LogCore.sentLength(record.sent) + 65_536, decisionLength + 64])
    }

    private static func sentLength(_ sent: Derived) -> Int {
        switch sent {
        case .bytes(let bytes): bytes.count
        case .splices(let splices): splices.reduce(0) { $0 + $1.inserted.count + 32 }
        }
    }

    /// Stages ADMIT and its DECISION.
    /// - Parameters:
    ///   - base: the received body whole, when the record keeps it as a reference; otherwise nil.
    ///   - outgoing: what goes upstream. Refused unless it is exactly what the record says.
    package mutating func admit(
        _ permit: consuming Permit, _ record: AdmitRecord, base: [UInt8]? = nil, outgoing: [UInt8],
        in exchange: Exchange, at now: LedgerTime
    ) throws(LedgerError) -> AdmitTicket {
        guard !exchange.isEnded else { throw .notInOrder(record: .admit) }
        let received = base ?? record.received.bytes
        guard base != nil || record.received.prefix == nil, record.route.deployment == permit.deployment,
            record.received.isEnd(of: received), record.sent.gives(outgoing, from: received)
        else { throw .sentDiffersFromRecord }
        let indices = try unit(
            .admit, decision: permit.encodedDecision, hop: record.hop, in: exchange, lease: permit.lease, at: now
        ) { record.write(to: &$0) }
        return AdmitTicket(
            index: indices.lowerBound, durableFrom: indices.upperBound,
            reference: identity.reference(to: exchange.first ?? indices.lowerBound), deployment: permit.deployment,
            lease: permit.lease, outgoing: outgoing)
    }

    /// The admission, once its record and decision are durable.
    package func redeem(_ ticket: consuming AdmitTicket) throws(LedgerError) -> Redemption {
        guard durableCount < ticket.durableFrom else { return .admission(Admission(ticket)) }
        guard !isFenced else { throw .fenced }
        return .pending(ticket)
    }

    /// Stages a candidate that did not serve, with its decision if there was one.
    package mutating func hop(
        _ record: HopRecord, decision: [UInt8]?, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, (exchange.first == nil) == (record.request != nil) else {
            throw .notInOrder(record: .hop)
        }
        try checkRoom(for: record.request?.received, decision)
        guard let decision else {
            return try one(.hop, in: exchange, lease: lease, at: now) { record.write(to: &$0) }
        }
        return try unit(.hop, decision: decision, hop: record.hop, in: exchange, lease: lease, at: now) {
            record.write(to: &$0)
        }.upperBound - 1
    }

    /// Before a large body is encoded: a full queue is asked again and again.
    private mutating func checkRoom(for body: Body?, _ decision: [UInt8]?) throws(LedgerError) {
        switch room(for: [(body?.bytes.count ?? 0) + 4096, (decision?.count ?? 0) + 64]) {
        case .ready: return
        case .later: throw .noRoom(full: false)
        case .full: throw .noRoom(full: true)
        }
    }

    /// Stages a refusal, which ends the exchange.
    package mutating func refuse(
        _ record: RefusedRecord, decision: [UInt8]?, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded else { throw .notInOrder(record: .refused) }
        try checkRoom(for: record.received, decision)
        let index: UInt64
        if let decision {
            index =
                try unit(.refused, decision: decision, hop: 0, in: exchange, lease: lease, at: now) {
                    record.write(to: &$0)
                }.upperBound - 1
        } else {
            index = try one(.refused, in: exchange, lease: lease, at: now) { record.write(to: &$0) }
        }
        exchange.isEnded = true
        return index
    }

    /// Stages a decision made again while the exchange is open.
    package mutating func decide(
        again decision: [UInt8], hop: Int, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, exchange.first != nil else { throw .notInOrder(record: .decision) }
        return try one(.decision, in: exchange, lease: lease, at: now, compartment: .decision) {
            LogCore.write(decision, hop: hop, to: &$0)
        }
    }

    /// Stages bytes that the gate itself shows.
    package mutating func shown(
        _ record: ShownRecord, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, exchange.first != nil else { throw .notInOrder(record: .shown) }
        let index = try one(.shown, in: exchange, lease: lease, at: now) { record.write(to: &$0) }
        exchange.shownBytes += UInt64(record.bytes.count)
        return index
    }

    /// Stages the end of an exchange.
    package mutating func end(
        _ outcome: OutcomeRecord, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, exchange.first != nil else { throw .notInOrder(record: outcome.type) }
        let index = try one(outcome.type, in: exchange, lease: lease, at: now) {
            outcome.write(to: &$0, returned: exchange.returnedBytes)
        }
        exchange.isEnded = true
        return index
    }

    // MARK: - Staging

    private static func write(_ decision: [UInt8], hop: Int, to writer: inout CBORWriter) {
        writer.map(count: 2)
        writer.pair("hop", unsigned: hop)
        writer.text("decision")
        writer.bytes(decision)
    }

    /// A record and its decision: neighbours, in one write if they fit into one.
    private mutating func unit(
        _ type: RecordType, decision: [UInt8], hop: Int, in exchange: Exchange, lease: Lease, at now: LedgerTime,
        _ write: (inout CBORWriter) -> Void
    ) throws(LedgerError) -> Range<UInt64> {
        var first = CBORWriter()
        swap(&first, &scratch)
        defer { swap(&first, &scratch) }
        first.reset()
        write(&first)
        var second = CBORWriter()
        swap(&second, &decisionScratch)
        defer { swap(&second, &decisionScratch) }
        second.reset()
        LogCore.write(decision, hop: hop, to: &second)
        try begin([first.count, second.count])
        let indices = try stage(first, type, .content, .unit, exchange, lease, now)
        let rest = try stage(second, .decision, .decision, [], exchange, lease, now)
        return indices.lowerBound..<rest.upperBound
    }

    private mutating func one(
        _ type: RecordType, in exchange: Exchange, lease: Lease, at now: LedgerTime,
        compartment: Compartment = .content, _ write: (inout CBORWriter) -> Void
    ) throws(LedgerError) -> UInt64 {
        var body = CBORWriter()
        swap(&body, &scratch)
        defer { swap(&body, &scratch) }
        body.reset()
        write(&body)
        try begin([body.count])
        return try stage(body, type, compartment, [], exchange, lease, now).upperBound - 1
    }

    private mutating func stage(
        _ body: borrowing CBORWriter, _ type: RecordType, _ compartment: Compartment, _ flags: FrameFlags,
        _ exchange: Exchange, _ lease: Lease, _ now: LedgerTime
    ) throws(LedgerError) -> Range<UInt64> {
        let draft = Draft(
            type: type, flags: flags, compartment: compartment,
            key: compartment == .decision ? exchange.decision : exchange.content, first: exchange.first,
            previous: exchange.last, lease: lease, now: now)
        let indices = try body.withBytes { (bytes) throws(LedgerError) in try stage(bytes, draft) }
        exchange.advance(over: indices)
        return indices
    }
}
