internal import Bytes
internal import Files
internal import HTTP
internal import JSON
internal import Runtime
internal import Transport

/// The simulator's book of what crossed its wire, with times: the independent oracle of every end-to-end proof. Hears
/// the engine as its tap, so that what it holds is what the kernel gave and took, not what the simulator meant.
///
/// Records gather in memory and go to the file every 100 ms, sooner when they are many, on request and at the end, by a
/// thread of their own.
@EventLoop
final class ByteLog: ConnectionTap, TimerTarget {
    private static let flushInterval: UInt64 = .milliseconds(100)
    /// LIMIT: bytes that may wait for the disk.
    static let waitingLimit = 512 << 20

    private let file: AppendFile
    /// Nil before the start: a thread must not be there before the loop has taken the signals.
    private var writer: WorkThread?
    private var pending = LogBlocks()
    private var isWriting = false
    private var isArmed = false
    private var isLost = false
    /// Who waits for the next write, and who for the one under way.
    private var waiters: [() -> Void] = []
    private var finishing: [() -> Void] = []
    private let failed: @EventLoop (String) -> Void
    /// How the connection that ended last did, for who is told of its exchange next.
    private(set) var lastEnd: (connection: UInt64, end: ConnectionEnd)?
    private(set) var bytesLogged: UInt64 = 0

    /// - Parameter failed: told once when the book is lost.
    init(path: String, failed: @escaping @EventLoop (String) -> Void) throws(FileError) {
        file = try AppendFile(path)
        self.failed = failed
    }

    static var moment: ByteLogRecord.Moment {
        ByteLogRecord.Moment(wall: Clocks.wall, monotonic: Clocks.monotonic)
    }

    // MARK: What happened

    /// Starts the thread that writes, and the book with it.
    func start(vendor: String, address: String) {
        writer = WorkThread(name: "byte-log")
        record(.started) { bytes in
            bytes.append(ascii: ByteLogRecord.magic)
            bytes.append(bigEndian: ByteLogRecord.version)
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("vendor", vendor)
                writer.member("address", address)
            }
            bytes.append(contentsOf: writer.bytes)
        }
    }

    func stopped() { record(.stopped) }

    func connectionOpened(_ connection: UInt64, from peer: SocketAddress) {
        record(.opened, connection: connection) { $0.append(contentsOf: peer.description.utf8) }
    }

    func connection(_ connection: UInt64, received count: Int) {
        record(.received, connection: connection) { $0.append(bigEndian: UInt32(clamping: count)) }
    }

    func connection(_ connection: UInt64, wrote bytes: UnsafeRawBufferPointer) {
        record(.written, connection: connection) { $0.append(contentsOf: bytes) }
    }

    func connectionEnded(_ connection: UInt64, _ end: ConnectionEnd) {
        lastEnd = (connection, end)
        var errorNumber: Int32 = 0
        let detail: ByteLogRecord.End
        switch end {
        case .closedByPeer: detail = .closedByPeer
        case .resetByPeer: detail = .resetByPeer
        case .closed: detail = .closed
        case .reset: detail = .reset
        case .failed(let number):
            detail = .failed
            errorNumber = number
        }
        record(.ended, detail.rawValue, connection: connection) { $0.append(bigEndian: errorNumber) }
    }

    /// The head of a request. Values of headers that may carry credentials stay out; whether the right key was
    /// presented stands instead.
    func request(_ exchange: UInt64, connection: UInt64, _ head: RequestHead, key: KeyCheck.Presented) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("method", head.method)
            writer.member("target", head.target)
            writer.member("key", key.rawValue)
            writer.array("fields") { writer in
                for field in head.fields.all {
                    writer.array { writer in
                        writer.string(field.name)
                        if ByteLog.credentialFields.contains(field.name) {
                            writer.null()
                        } else {
                            writer.string(field.value)
                        }
                    }
                }
            }
        }
        record(.request, connection: connection) { bytes in
            bytes.append(bigEndian: exchange)
            bytes.append(contentsOf: writer.bytes)
        }
    }

    /// Fields whose values are never written.
    private static let credentialFields: Set<String> = [
        "authorization", "proxy-authorization", "x-api-key", "api-key", "cookie",
    ]

    /// The whole body after its framing was taken off.
    func body(_ exchange: UInt64, connection: UInt64, _ body: [UInt8]) {
        record(.body, connection: connection) { bytes in
            bytes.append(bigEndian: exchange)
            bytes.append(contentsOf: body)
        }
    }

    /// A script plays on this exchange; `play` is its JSON.
    func played(_ exchange: UInt64, connection: UInt64, _ play: [UInt8]) {
        record(.played, connection: connection) { bytes in
            bytes.append(bigEndian: exchange)
            bytes.append(contentsOf: play)
        }
    }

    func answered(_ exchange: UInt64, connection: UInt64, _ outcome: ByteLogRecord.Outcome) {
        record(.answered, outcome.rawValue, connection: connection) { $0.append(bigEndian: exchange) }
    }

    /// How an exchange ended whose client is gone.
    func outcome(ofLost connection: UInt64) -> ByteLogRecord.Outcome {
        guard let lastEnd, lastEnd.connection == connection else { return .refused }
        switch lastEnd.end {
        case .closedByPeer: return .clientClosed
        case .resetByPeer: return .clientReset
        case .closed, .reset, .failed: return .failed
        }
    }

    private func record(
        _ kind: ByteLogRecord.Kind, _ detail: UInt8 = 0, connection: UInt64 = 0,
        payload: (inout [UInt8]) -> Void = { _ in }
    ) {
        bytesLogged &+= UInt64(
            pending.append { block in
                block.append(record: kind, detail: detail, connection: connection, ByteLog.moment, payload: payload)
            })
        if pending.count > ByteLog.waitingLimit {
            return lose("the disk is too slow: \(pending.count) bytes wait for it")
        }
        if pending.hasFullBlock { return write() }
        arm()
    }

    private func arm() {
        guard !isArmed else { return }
        isArmed = true
        _ = Reactor.shared.schedule(after: ByteLog.flushInterval, self, token: 0)
    }

    // MARK: To the file

    func timerFired(token: UInt32) {
        isArmed = false
        write()
    }

    /// Calls `done` when everything recorded up to now is in the file.
    func flush(_ done: @escaping () -> Void) {
        waiters.append(done)
        write()
    }

    /// Writes the rest and waits for it. The last act.
    func close() {
        let rest = pending.take()
        let problem = Lock<String?>(nil)
        writer?.submit { [file] in
            if let failure = ByteLog.write(rest, to: file) { problem.withLock { $0 = failure } }
        }
        writer?.finish()
        // The turn goes on: a flush that is due in it has nothing to do any more.
        writer = nil
        if let problem = problem.withLock({ $0 }) { lose(problem) }
    }

    /// One write is under way at a time, so that the order of the file is the order of events.
    private func write() {
        guard !isWriting, let writer else { return }
        isWriting = true
        finishing = waiters
        waiters = []
        let blocks = pending.take()
        let wasTaken = writer.submit { [file] in
            let problem = ByteLog.write(blocks, to: file)
            EventLoop.post { self.wrote(blocks, problem) }
        }
        if !wasTaken { lose("its thread takes no more work") }
    }

    private nonisolated static func write(_ blocks: [[UInt8]], to file: AppendFile) -> String? {
        do throws(FileError) {
            for block in blocks { try file.append(block) }
            return nil
        } catch {
            return error.description
        }
    }

    private func wrote(_ blocks: [[UInt8]], _ problem: String?) {
        isWriting = false
        if let problem { return lose(problem) }
        pending.giveBack(blocks)
        let told = finishing
        finishing = []
        for done in told { done() }
        if !waiters.isEmpty || pending.hasFullBlock { write() } else if pending.count > 0 { arm() }
    }

    private func lose(_ reason: String) {
        guard !isLost else { return }
        isLost = true
        pending = LogBlocks()
        failed(reason)
    }
}
