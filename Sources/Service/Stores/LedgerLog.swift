internal import Files
package import Ledger
internal import LedgerFiles
package import Policy
package import Runtime
package import Vocabulary

/// Told when records are on disk.
@EventLoop
package protocol DurabilityObserver: AnyObject {
    /// Everything up to the index that was waited for is durable.
    func becameDurable(through index: UInt64)
    /// Records that found no room may be tried again.
    func roomAppeared()
    /// The log has failed: what was waited for will not become durable in this run.
    func durabilityFailed()
}

/// One log that is being written: the pure core, its disk threads, and whoever waits for them. What is staged during a
/// turn of the loop leaves in one write at its end; the next write starts when the one before has returned.
@EventLoop
package final class LedgerLog: TimerTarget {
    package let identity: LogIdentity
    var core: LogCore
    var publisher: LogPublisher
    let writer: RecordLane
    let background: Confined<FileEffects>
    /// Segments are written in full ahead of use, which takes a while: no key and no tile waits for that.
    let segments: WorkThread
    let folder: String
    /// Told once, when a flush has failed. Nothing is acknowledged after it.
    private let fenced: @EventLoop (LogIdentity) -> Void
    let clock: @EventLoop () -> LedgerTime
    let metrics: LedgerMetrics?

    private struct Waiter {
        var index: UInt64
        weak var observer: (any DurabilityObserver)?
        var continuation: UnsafeContinuation<Bool, Never>?
    }

    /// In order of index, which is the order in which they came.
    private var waiters: [Waiter] = []
    private var waitersDone = 0
    private var roomWaiters: [UnsafeContinuation<Void, Never>] = []
    private var roomObservers: [any DurabilityObserver] = []
    private var isFenceTold = false
    /// Something was staged or taken since the last `pump`.
    var isTouched = true
    /// Something is staged that somebody waits for, or that has rested long enough.
    var wantsWrite = true
    private var restTimer: Reactor.Timer?
    /// LIMIT: how long the last record of an exchange, for which nobody waits, rests for company. It then shares the
    /// write of the next one, which would otherwise wait until this one's flush is over.
    private static let restNanoseconds: UInt64 = .milliseconds(2)
    /// OPEN is staged; nothing else is before it.
    private var isOpen = false
    var isKeyAppendRunning = false
    var isSegmentRunning = false
    var isPublishing = false
    /// Filled since what is derived from it was made durable.
    var unsettledBytes = 0
    /// LIMIT: recovery reads about as much again, whatever the size of the records.
    static let settleBytes = 64 << 20
    /// After a full disk: when to ask again for a segment.
    var segmentRetryAt: UInt64 = 0
    static let segmentRetryNanoseconds: UInt64 = .seconds(1)
    /// The same for keys.
    var keyRetryAt: UInt64 = 0

    init(
        core: consuming LogCore, publisher: consuming LogPublisher, folder: String, name: String,
        segments: WorkThread, clock: @escaping @EventLoop () -> LedgerTime, metrics: LedgerMetrics? = nil,
        fenced: @escaping @EventLoop (LogIdentity) -> Void
    ) throws(FileError) {
        identity = core.identity
        self.core = core
        self.publisher = publisher
        self.clock = clock
        self.metrics = metrics
        self.fenced = fenced
        self.folder = folder
        self.segments = segments
        writer = try RecordLane(name: "ledger-\(name)", folder: folder)
        background = Confined(name: "tree-\(name)")
        try background.open { () throws(FileError) in try FileEffects(folder) }
        writer.log = self
    }

    package var durableCount: UInt64 { core.durableCount }
    package var nextIndex: UInt64 { core.nextIndex }
    package var stagedByteCount: Int { core.stagedBytes }
    package var isFenced: Bool { core.isFenced || publisher.isFenced }
    package var isDiskFull: Bool { core.isDiskFull }
    package func reference(to index: UInt64) -> Reference { identity.reference(to: index) }

    // MARK: Exchanges

    /// Waits for keys when the pool is empty.
    package func beginExchange() async throws(LedgerError) -> Exchange {
        touch()
        while !isOpen { try await waitForRoom() }
        while true {
            do throws(LedgerError) { return try core.beginExchange(at: clock()) } catch {
                guard case .noKey = error else { throw error }
                pump()
                try await waitForRoom()
            }
        }
    }

    /// Records that the bytes go to the permit's deployment, and returns when that is on disk. Law 1.
    package func admit(
        _ permit: consuming Permit, _ record: AdmitRecord, base: [UInt8]?, outgoing: [UInt8], in exchange: Exchange
    ) async throws(LedgerError) -> Admission {
        let length = permit.encodedDecision.count
        while true {
            switch core.roomToAdmit(record, decisionLength: length) {
            case .ready: break
            case .later:
                pump()
                try await waitForRoom()
                continue
            case .full: throw .noRoom(full: true)
            }
            break
        }
        touch()
        var ticket = try core.admit(permit, record, base: base, outgoing: outgoing, in: exchange, at: clock())
        while true {
            try await durable(below: ticket.durableFrom)
            switch try core.redeem(ticket) {
            case .admission(let admission): return admission
            case .pending(let again): ticket = again
            }
        }
    }

    /// A whole answer, of any size the record limit allows: waits for room.
    package func whole(
        _ returned: [UInt8], shown: ShownBytes, heads: LogCore.AnswerHeads, in exchange: Exchange, lease: Lease
    ) async throws(LedgerError) -> UInt64 {
        try await staged { (core, now) throws(LedgerError) in
            try returned.span.bytes.withUnsafeBytes { (bytes) throws(LedgerError) -> UInt64 in
                try core.chunk(bytes, shown: shown, heads: heads, in: exchange, lease: lease, at: now)
            }
        }
    }

    /// Stages a record and returns the index that has to become durable.
    package func hop(
        _ record: HopRecord, decision: [UInt8]?, in exchange: Exchange, lease: Lease
    ) async throws(LedgerError) -> UInt64 {
        try await staged { (core, now) throws(LedgerError) in
            try core.hop(record, decision: decision, in: exchange, lease: lease, at: now)
        }
    }

    /// A refusal names its own reference, which is only known when the record is staged: `make` is told it.
    package func refuse(
        decision: [UInt8]?, in exchange: Exchange, lease: Lease, _ make: (Reference) -> RefusedRecord
    ) async throws(LedgerError) -> UInt64 {
        let identity = identity
        return try await staged { (core, now) throws(LedgerError) in
            let reference = identity.reference(to: exchange.first ?? core.nextIndex)
            return try core.refuse(make(reference), decision: decision, in: exchange, lease: lease, at: now)
        }
    }

    package func act(_ type: RecordType, _ record: ActRecord, lease: Lease) async throws(LedgerError) -> UInt64 {
        try await staged { (core, now) throws(LedgerError) in try core.act(type, record, lease: lease, at: now) }
    }

    /// The hot path: does not wait. Throws `noRoom` when the disk is behind.
    package func chunk(
        _ returned: UnsafeRawBufferPointer, shown: ShownBytes, heads: LogCore.AnswerHeads?, in exchange: Exchange,
        lease: Lease
    ) throws(LedgerError) -> UInt64 {
        touch()
        return try core.chunk(returned, shown: shown, heads: heads, in: exchange, lease: lease, at: clock())
    }

    package func shown(_ record: ShownRecord, in exchange: Exchange, lease: Lease) throws(LedgerError) -> UInt64 {
        touch()
        return try core.shown(record, in: exchange, lease: lease, at: clock())
    }

    package func decide(again decision: [UInt8], hop: Int, in exchange: Exchange, lease: Lease) throws(LedgerError) {
        touch()
        _ = try core.decide(again: decision, hop: hop, in: exchange, lease: lease, at: clock())
    }

    /// Goes to the disk with the next record, soon by itself, or at once when it is waited for.
    package func end(_ outcome: OutcomeRecord, in exchange: Exchange, lease: Lease) throws(LedgerError) -> UInt64 {
        let index = try core.end(outcome, in: exchange, lease: lease, at: clock())
        if !wantsWrite, restTimer == nil {
            restTimer = Reactor.shared.schedule(after: LedgerLog.restNanoseconds, self, token: 0)
        }
        return index
    }

    package func timerFired(token: UInt32) {
        restTimer = nil
        wantsWrite = true
        pump()
    }

    private func touch() {
        isTouched = true
        wantsWrite = true
    }

    func open(version: String, recovered: LogCore.Recovered?, lease: Lease) async throws(LedgerError) {
        let index = try await staged(beforeOpen: true) { (core, now) throws(LedgerError) in
            try core.open(version: version, recovered: recovered, lease: lease, at: now)
        }
        isOpen = true
        tellRoom()
        try await durable(through: index)
    }

    /// Writes CLOSE and a last checkpoint.
    package func close(reason: String, lease: Lease) async throws(LedgerError) {
        let index = try await staged { (core, now) throws(LedgerError) in
            try core.close(reason: reason, lease: lease, at: now)
        }
        try await durable(through: index)
        takeLeaves()
        while !publisher.isIdle { await settle() }
        try publisher.publish(at: clock())
        runPublisher()
        while !publisher.isIdle, !publisher.isFenced { await settle() }
        writer.finish()
        background.finish()
    }

    private func staged(
        beforeOpen: Bool = false, _ stage: (inout LogCore, LedgerTime) throws(LedgerError) -> UInt64
    ) async throws(LedgerError) -> UInt64 {
        while !isOpen, !beforeOpen { try await waitForRoom() }
        while true {
            touch()
            do throws(LedgerError) { return try stage(&core, clock()) } catch {
                switch error {
                case .noKey, .noRoom(full: false):
                    pump()
                    try await waitForRoom()
                default: throw error
                }
            }
        }
    }

    // MARK: Waiting

    package func durable(through index: UInt64) async throws(LedgerError) { try await durable(below: index + 1) }

    private func durable(below count: UInt64) async throws(LedgerError) {
        if core.durableCount >= count { return }
        guard !isFenced else { throw .fenced }
        let isDurable = await withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
            wait(Waiter(index: count - 1, observer: nil, continuation: continuation))
        }
        guard isDurable else { throw .fenced }
    }

    /// Tells the observer, later or at once, without a task.
    package func notify(_ observer: any DurabilityObserver, through index: UInt64) {
        if core.durableCount > index { return observer.becameDurable(through: index) }
        if isFenced { return observer.durabilityFailed() }
        wait(Waiter(index: index, observer: observer, continuation: nil))
    }

    /// Tells the observer once when there may be room again.
    package func notifyRoom(_ observer: any DurabilityObserver) {
        roomObservers.append(observer)
        pump()
    }

    private func wait(_ waiter: Waiter) {
        touch()
        // Nearly always in order; an index of an earlier record goes to its place.
        var position = waiters.count
        while position > waitersDone, waiters[position - 1].index > waiter.index { position -= 1 }
        waiters.insert(waiter, at: position)
    }

    private func waitForRoom() async throws(LedgerError) {
        guard !isFenced else { throw .fenced }
        guard !core.isDiskFull else { throw .noRoom(full: true) }
        await withUnsafeContinuation { roomWaiters.append($0) }
        guard !isFenced else { throw .fenced }
    }

    func tellRoom() {
        let waiting = roomWaiters
        roomWaiters = []
        for waiter in waiting { waiter.resume() }
        let observers = roomObservers
        roomObservers = []
        for observer in observers { observer.roomAppeared() }
    }

    func tellDurable() {
        let durable = core.durableCount
        while waitersDone < waiters.count, waiters[waitersDone].index < durable {
            let waiter = waiters[waitersDone]
            waitersDone += 1
            waiter.observer?.becameDurable(through: waiter.index)
            waiter.continuation?.resume(returning: true)
        }
        if waitersDone == waiters.count {
            waiters.removeAll(keepingCapacity: true)
            waitersDone = 0
        } else if waitersDone > 4096 {
            waiters.removeFirst(waitersDone)
            waitersDone = 0
        }
    }

    func tellFenced() {
        guard isFenced, !isFenceTold else { return }
        isFenceTold = true
        let waiting = waiters[waitersDone...]
        waiters = []
        waitersDone = 0
        for waiter in waiting {
            waiter.observer?.durabilityFailed()
            waiter.continuation?.resume(returning: false)
        }
        tellRoom()
        fenced(identity)
    }

    /// Lets what other threads have posted run.
    private func settle() async {
        await EventLoop.sleep(nanoseconds: .milliseconds(1))
        pump()
    }
}
