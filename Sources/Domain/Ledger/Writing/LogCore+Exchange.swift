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
            received.suffix(record.received.bytes.count).elementsEqual(record.received.bytes),
            received.count == record.received.bytes.count + (record.received.prefix?.keep ?? 0),
            record.sent.gives(outgoing, from: received)
        else { throw .sentDiffersFromRecord }
        let indices = try unit(
            .admit, record.encoded(), decision: permit.decision.encoded, hop: record.hop, in: exchange,
            lease: permit.lease, at: now)
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
            return try one(.hop, record.encoded(), in: exchange, lease: lease, at: now)
        }
        return try unit(
            .hop, record.encoded(), decision: decision, hop: record.hop, in: exchange, lease: lease, at: now
        ).upperBound - 1
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
                try unit(
                    .refused, record.encoded(), decision: decision, hop: 0, in: exchange, lease: lease, at: now
                ).upperBound - 1
        } else {
            index = try one(.refused, record.encoded(), in: exchange, lease: lease, at: now)
        }
        exchange.isEnded = true
        return index
    }

    /// Stages a decision made again while the exchange is open.
    package mutating func decide(
        again decision: [UInt8], hop: Int, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, exchange.first != nil else { throw .notInOrder(record: .decision) }
        let body = LogCore.decisionBody(decision, hop: hop)
        try begin([body.count])
        return try stage(body, .decision, .decision, exchange.decision, [], exchange, lease, now).upperBound - 1
    }

    /// Stages bytes that the gate itself shows.
    package mutating func shown(
        _ record: ShownRecord, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, exchange.first != nil else { throw .notInOrder(record: .shown) }
        let index = try one(.shown, record.encoded(), in: exchange, lease: lease, at: now)
        exchange.shownBytes += UInt64(record.bytes.count)
        return index
    }

    /// Stages the end of an exchange.
    package mutating func end(
        _ outcome: OutcomeRecord, in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, exchange.first != nil else { throw .notInOrder(record: outcome.type) }
        let body = outcome.encoded(returned: exchange.returnedBytes)
        let index = try one(outcome.type, body, in: exchange, lease: lease, at: now)
        exchange.isEnded = true
        return index
    }

    // MARK: - Staging

    private static func decisionBody(_ decision: [UInt8], hop: Int) -> [UInt8] {
        CBOR.map([("decision", .bytes(decision)), ("hop", .unsigned(UInt64(hop)))]).encoded()
    }

    /// A record and its decision: neighbours, in one write if they fit into one.
    private mutating func unit(
        _ type: RecordType, _ body: [UInt8], decision: [UInt8], hop: Int, in exchange: Exchange, lease: Lease,
        at now: LedgerTime
    ) throws(LedgerError) -> Range<UInt64> {
        let second = LogCore.decisionBody(decision, hop: hop)
        try begin([body.count, second.count])
        let indices = try stage(body, type, .content, exchange.content, .unit, exchange, lease, now)
        let rest = try stage(second, .decision, .decision, exchange.decision, [], exchange, lease, now)
        return indices.lowerBound..<rest.upperBound
    }

    private mutating func one(
        _ type: RecordType, _ body: [UInt8], in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        try begin([body.count])
        return try stage(body, type, .content, exchange.content, [], exchange, lease, now).upperBound - 1
    }

    private mutating func stage(
        _ body: [UInt8], _ type: RecordType, _ compartment: Compartment, _ key: BlockKey, _ flags: FrameFlags,
        _ exchange: Exchange, _ lease: Lease, _ now: LedgerTime
    ) throws(LedgerError) -> Range<UInt64> {
        let draft = Draft(
            type: type, flags: flags, compartment: compartment, key: key, first: exchange.first,
            previous: exchange.last, lease: lease, now: now)
        let indices = try stage(body, draft)
        exchange.advance(over: indices)
        return indices
    }
}
