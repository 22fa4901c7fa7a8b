internal import Bytes
internal import Crypto
internal import Files
package import Ledger
internal import LedgerFiles
internal import MerkleLog
package import Runtime
package import Vocabulary

/// What one node writes: a log for each custody of records and year. Logs are opened, recovered if need be, before the
/// node serves; a custody that appears later, and a new year, are opened on a thread while requests wait.
@EventLoop
package final class NodeLedger {
    package struct Configuration: Sendable {
        package var node: NodeID
        /// The data folder's `ledger`.
        package var root: String
        /// Of the installation; a log's own is `<origin>/ledger/<node>/<custody>-<year>`.
        package var origin: String
        package var master: MasterKey
        package var settings: LogSettings
        package var version: String

        package init(
            node: NodeID, root: String, origin: String, master: MasterKey, settings: LogSettings, version: String
        ) {
            self.node = node
            self.root = root
            self.origin = origin
            self.master = master
            self.settings = settings
            self.version = version
        }

        func folder(_ custody: CustodyID, _ year: Int) -> String { "\(root)/\(node)/\(custody)-\(year)" }
    }

    /// Cut-offs and their reopenings: small, read whole by every node at its start.
    package nonisolated static let register: CustodyID = CustodyID("register")
    /// What people and the product do to the installation itself.
    package nonisolated static let control: CustodyID = CustodyID("control")
    /// Records of callers whose entity no bundle knows.
    package nonisolated static let unassigned: CustodyID = CustodyID("unassigned")

    private struct Key: Hashable {
        var custody: CustodyID
        var year: Int
    }

    private let configuration: Configuration
    private let metrics: LedgerMetrics?
    private let bootID: Opaque128
    private var logs: [Key: LedgerLog] = [:] { didSet { eachLog = Array(logs.values) } }
    /// The same, to go through at every turn of the loop.
    private var eachLog: [LedgerLog] = []
    /// Prepares the segments of all logs.
    private let segments = WorkThread(name: "segments")
    private var opening: [Key: [UnsafeContinuation<Void, Never>]] = [:]
    private var problems: [Key: LedgerError] = [:]
    private let lease: @EventLoop () -> Lease
    private let fenced: @EventLoop (LogIdentity) -> Void

    /// - Parameter fenced: a log has failed for good in this run; the node must end and recover.
    package init(
        _ configuration: Configuration, metrics: LedgerMetrics? = nil, lease: @escaping @EventLoop () -> Lease,
        fenced: @escaping @EventLoop (LogIdentity) -> Void
    ) {
        self.configuration = configuration
        self.metrics = metrics
        self.lease = lease
        self.fenced = fenced
        bootID = NodeLedger.readBootID()
        Reactor.shared.addTurnHook { [weak self] in self?.turnEnded() }
        Ticker.every(nanoseconds: .milliseconds(250)) { [weak self] in self?.pump() }
    }

    package nonisolated static func now() -> LedgerTime {
        LedgerTime(wall: Instant(nanoseconds: Clocks.wall), monotonic: Clocks.sinceBoot)
    }

    /// Opens the logs of these custodies, for this year; blocks. For the start.
    package func open(_ custodies: some Sequence<CustodyID>) throws(LedgerError) {
        let year = NodeLedger.year(NodeLedger.now())
        for custody in custodies where logs[Key(custody: custody, year: year)] == nil {
            let prepared = try PreparedLog(configuration, custody, year: year)
            try add(prepared, Key(custody: custody, year: year))
        }
    }

    /// The log of a custody, for the year it is now (UTC).
    package func log(for custody: CustodyID) async throws(LedgerError) -> LedgerLog {
        let key = Key(custody: custody, year: NodeLedger.year(NodeLedger.now()))
        if let log = logs[key] { return log }
        if opening[key] == nil {
            opening[key] = []
            let configuration = configuration
            let thread = WorkThread(name: "open-ledger")
            thread.submit {
                let result = Result { () throws(LedgerError) in try PreparedLog(configuration, custody, year: key.year)
                }
                EventLoop.post {
                    thread.finish()
                    self.opened(key, result)
                }
            }
        }
        await withUnsafeContinuation { opening[key]?.append($0) }
        if let log = logs[key] { return log }
        throw problems[key] ?? .fenced
    }

    private func opened(_ key: Key, _ result: Result<PreparedLog, LedgerError>) {
        do throws(LedgerError) {
            try add(try result.get(), key)
            problems[key] = nil
        } catch { problems[key] = error }
        for waiter in opening.removeValue(forKey: key) ?? [] { waiter.resume() }
    }

    private func add(_ prepared: PreparedLog, _ key: Key) throws(LedgerError) {
        let log = try prepared.start(
            bootID: bootID, configuration, metrics, segments: segments, fenced: fenced)
        logs[key] = log
        log.pump()
        let lease = lease()
        let version = configuration.version
        // OPEN is the first record staged: whatever follows it in the log is written behind it.
        EventLoop.spawn {
            do throws(LedgerError) {
                try await log.open(version: version, recovered: prepared.recovered.report, lease: lease)
            } catch { self.fenced(log.identity) }
        }
    }

    private func turnEnded() { for log in eachLog { log.pumpIfTouched() } }

    /// For what time brings: checkpoints, the keys of a new month, a full disk asked again.
    private func pump() { for log in eachLog { log.pump() } }

    /// All logs take records, as far as is known.
    package var isWell: Bool { logs.values.allSatisfy { !$0.isFenced && !$0.isDiskFull } }
    package var root: String { configuration.root }
    package var stagedByteLimit: Int { configuration.settings.stagedBytes }
    package var isFenced: Bool { logs.values.contains { $0.isFenced } }
    package var allLogs: [LedgerLog] { logs.values.sorted { $0.identity.origin < $1.identity.origin } }

    /// Writes CLOSE and a last checkpoint into every log.
    package func close(reason: String) async {
        for log in allLogs {
            // A log that cannot be closed is recovered at the next start.
            do throws(LedgerError) { try await log.close(reason: reason, lease: lease()) } catch { continue }
        }
        segments.finish()
        logs = [:]
    }

    private static func year(_ now: LedgerTime) -> Int { LocalTime(secondsAsUTC: now.wall.seconds).year }

    private static func readBootID() -> Opaque128 {
        let path = "/proc/sys/kernel/random/boot_id"
        // Without it (a container may hide it) records of one run still belong together, by a random id.
        let text = (try? WholeFile.read(path, limit: 64)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let digits = text.filter { $0.isHexDigit }
        return Hex.decode(digits).flatMap { Opaque128($0) } ?? Opaque128(SecureRandom.bytes(16)) ?? .zero
    }
}

/// A log that was read, recovered and repaired, and waits for its writer.
private struct PreparedLog: Sendable {
    let identity: LogIdentity
    let folder: String
    let recovered: RecoveredLog

    init(_ configuration: NodeLedger.Configuration, _ custody: CustodyID, year: Int) throws(LedgerError) {
        identity = try LogIdentity(
            node: configuration.node, custody: custody, year: year,
            origin: "\(configuration.origin)/ledger/\(configuration.node)/\(custody)-\(year)")
        folder = configuration.folder(custody, year)
        let effects = try PreparedLog.effects(folder)
        let disk = FileLogFolder(folder)
        let keys = try LogKeys(folder: disk, identity: identity, master: configuration.master) {
            SecureRandom.bytes($0)
        }
        for effect in keys.effects { try PreparedLog.perform(effect, effects) }
        recovered = try LogRecovery(
            folder: disk, identity: identity, key: keys.signer.key, geometry: configuration.settings.segments
        ) { effect throws(LedgerError) in try PreparedLog.perform(effect, effects) }.run()
        for repair in recovered.repairs { try PreparedLog.perform(repair, effects) }
    }

    @EventLoop
    func start(
        bootID: Opaque128, _ configuration: NodeLedger.Configuration, _ metrics: LedgerMetrics?, segments: WorkThread,
        fenced: @escaping @EventLoop (LogIdentity) -> Void
    ) throws(LedgerError) -> LedgerLog {
        let random: @Sendable (Int) -> [UInt8] = { SecureRandom.bytes($0) }
        let keys = try LogKeys(
            folder: FileLogFolder(folder), identity: identity, master: configuration.master, random: random)
        let core = LogCore(
            identity: identity, settings: configuration.settings, bootID: bootID, master: configuration.master,
            start: recovered.start, random: random)
        let publisher = LogPublisher(identity: identity, signer: keys.takeSigner(), start: recovered.publishing)
        do throws(FileError) {
            return try LedgerLog(
                core: core, publisher: publisher, folder: folder, name: identity.custody.text, segments: segments,
                clock: { NodeLedger.now() }, metrics: metrics, fenced: fenced)
        } catch { throw .unreadable(path: folder, problem: error.description) }
    }

    private static func effects(_ folder: String) throws(LedgerError) -> FileEffects {
        do throws(FileError) { return try FileEffects(folder, isOpening: true) } catch {
            throw .unreadable(path: folder, problem: error.description)
        }
    }

    private static func perform(_ effect: LedgerEffect, _ effects: FileEffects) throws(LedgerError) {
        do throws(FileError) { try effects.perform(effect) } catch {
            throw .unreadable(path: error.path, problem: error.description)
        }
    }
}
