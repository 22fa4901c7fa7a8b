// Proves law 1 at the ledger: an admission exists only when its record and its decision are durable, it owns exactly
// the bytes that the record describes, and the records of an exchange keep their order.
import Bytes
import LedgerTestKit
import Policy
import Testing
import Vocabulary

@testable import Ledger

struct AdmissionTests {
    private func log(_ change: (inout LogSettings) -> Void = { _ in }) throws -> TestLog {
        var settings = try ExchangeTests.settings()
        change(&settings)
        let log = try TestLog(SimulatedDisk(), settings: settings, seed: 1, now: ExchangeTests.start)
        try log.commit()
        return log
    }

    private func record(_ received: Body, _ sent: Derived, deployment: StaticString = "d") -> AdmitRecord {
        AdmitRecord(
            caller: Caller(accountable: []),
            head: RecordedRequestHead(method: "POST", path: "/", headers: RecordedHeaders()), received: received,
            sent: sent,
            route: RecordedRoute(
                modelAsked: "m", model: ModelID("m"), deployment: DeploymentID(deployment), operatorID: VendorID("v"),
                channel: "direct", regions: [], upstreamModel: "m"))
    }

    private func permit() -> Permit {
        PermitOffice().permit(deployment: DeploymentID("d"), lease: Lease(epoch: 4, id: 5, until: 6), markets: [])
    }

    private func room(_ log: TestLog, _ record: AdmitRecord) -> LogCore.Room {
        log.core.roomToAdmit(record, decisionLength: 1_000)
    }

    private let splice = Derived.splices([Splice(offset: 1, removedCount: 1, inserted: [7, 7])])

    @Test func redeemedOnlyWhenDurable() throws {
        let log = try log { $0.batchRecords = 1 }
        let exchange = try log.core.beginExchange(at: log.now)
        let body = record(Body([1, 2, 3]), splice)
        var ticket = try log.core.admit(permit(), body, outgoing: [1, 7, 7, 3], in: exchange, at: log.now)
        #expect(ticket.index == 1 && ticket.durableFrom == 3)
        // Before any write, and after the write of ADMIT alone: pending. After that of DECISION: admitted.
        for durable in [UInt64(1), 2] {
            #expect(log.durableCount == durable)
            switch try log.core.redeem(ticket) {
            case .admission:
                Issue.record("admitted before it was durable")
                return
            case .pending(let same): ticket = same
            }
            #expect(try log.step())
        }
        switch try log.core.redeem(ticket) {
        case .pending: Issue.record("not admitted though durable")
        case .admission(let admission):
            #expect(admission.outgoing == [1, 7, 7, 3])
            #expect(admission.deployment.text == "d")
            #expect(admission.lease == Lease(epoch: 4, id: 5, until: 6))
            #expect(admission.reference == TestLog.identity.reference(to: 1))
            #expect(admission.index == 1)
        }
    }

    @Test func neverRedeemedAfterAFailure() throws {
        let log = try log()
        let exchange = try log.core.beginExchange(at: log.now)
        let ticket = try log.core.admit(
            permit(), record(Body([1, 2, 3]), .same), outgoing: [1, 2, 3], in: exchange, at: log.now)
        _ = log.core.nextWrite()
        log.core.failed()
        do {
            _ = try log.core.redeem(ticket)
            Issue.record("admitted after a failed write")
        } catch {
            #expect(error == .fenced)
        }
    }

    @Test func onlyTheBytesOfTheRecord() throws {
        let log = try log()
        func refused(_ body: AdmitRecord, base: [UInt8]? = nil, _ outgoing: [UInt8]) throws {
            let exchange = try log.core.beginExchange(at: log.now)
            do {
                _ = try log.core.admit(permit(), body, base: base, outgoing: outgoing, in: exchange, at: log.now)
                Issue.record("admitted bytes that are not those of the record")
            } catch {
                #expect(error == .sentDiffersFromRecord)
            }
            #expect(exchange.first == nil)
        }
        let before = log.nextIndex
        try refused(record(Body([1, 2, 3]), .same), [1, 2, 4])
        try refused(record(Body([1, 2, 3]), .same), [1, 2])
        try refused(record(Body([1, 2, 3]), splice), [1, 2, 3])
        try refused(record(Body([1, 2, 3]), .same, deployment: "other"), [1, 2, 3])
        let kept = Body(prefix: Body.Prefix(at: 0, keep: 2), bytes: [3])
        try refused(record(kept, .same), [1, 2, 3])
        try refused(record(kept, .same), base: [1, 2, 4], [1, 2, 4])
        try refused(record(kept, .same), base: [1, 1, 2, 3], [1, 1, 2, 3])
        #expect(log.nextIndex == before)
    }

    @Test func recordsKeepTheirOrder() throws {
        let log = try log()
        let exchange = try log.core.beginExchange(at: log.now)
        let outcome = OutcomeRecord.complete(.init(shown: 0))
        let now = log.now
        func chunk() throws(LedgerError) {
            _ = try [UInt8]([1]).span.bytes.withUnsafeBytes { (bytes) throws(LedgerError) in
                try log.core.chunk(bytes, in: exchange, lease: TestLog.lease, at: now)
            }
        }
        #expect(throws: LedgerError.notInOrder(record: .chunk)) { try chunk() }
        #expect(throws: LedgerError.notInOrder(record: .complete)) {
            try log.core.end(outcome, in: exchange, lease: TestLog.lease, at: now)
        }
        let hop = HopRecord(hop: 0, deployment: DeploymentID("d"), outcome: .connect)
        #expect(throws: LedgerError.notInOrder(record: .hop)) {
            try log.core.hop(hop, decision: nil, in: exchange, lease: TestLog.lease, at: now)
        }
        _ = try log.core.admit(permit(), record(Body([1]), .same), outgoing: [1], in: exchange, at: now)
        try chunk()
        _ = try log.core.decide(again: [9], hop: 0, in: exchange, lease: TestLog.lease, at: now)
        _ = try log.core.end(outcome, in: exchange, lease: TestLog.lease, at: now)
        #expect(throws: LedgerError.notInOrder(record: .chunk)) { try chunk() }
        #expect(throws: LedgerError.notInOrder(record: .complete)) {
            try log.core.end(outcome, in: exchange, lease: TestLog.lease, at: now)
        }
    }

    @Test func roomIsAskedForBeforeThePermitIsUsed() throws {
        let log = try log()
        let large = record(Body([UInt8](repeating: 1, count: 300_000)), .same)
        #expect(room(log, large) == .later)
        try log.prepare()
        #expect(room(log, large) == .ready)
        let exchange = try log.core.beginExchange(at: log.now)
        let ticket = try log.core.admit(
            permit(), large, outgoing: [UInt8](repeating: 1, count: 300_000), in: exchange, at: log.now)
        #expect(ticket.durableFrom - ticket.index > 6)
        try log.commit()
        if case .pending = try log.core.redeem(ticket) { Issue.record("not admitted though durable") }
    }

    /// What the disk holds of an admission that was cut off before its decision is told apart from one that counted.
    @Test func anAdmissionWithoutItsDecisionIsNone() throws {
        let disk = SimulatedDisk()
        var settings = try ExchangeTests.settings()
        settings.batchRecords = 1
        let log = try TestLog(disk, settings: settings, seed: 1, now: ExchangeTests.start)
        try log.commit()
        let exchange = try log.core.beginExchange(at: log.now)
        _ = try log.core.admit(permit(), record(Body([1]), .same), outgoing: [1], in: exchange, at: log.now)
        #expect(try log.step())
        let reader = LedgerReader(folder: Boxed(disk), identity: TestLog.identity, masters: [TestLog.master])
        #expect(try reader.exchange(at: 1).attempts.map(\.isDecided) == [false])
        try log.commit()
        #expect(try reader.exchange(at: 1).attempts.map(\.isDecided) == [true])
    }
}
