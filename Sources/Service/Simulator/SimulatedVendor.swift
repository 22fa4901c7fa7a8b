internal import Bytes
internal import Crypto
internal import Files
internal import Runtime
internal import Transport

/// One simulated vendor with all it owns, from the first client to the last byte of the book.
@EventLoop
final class SimulatedVendor: TimerTarget {
    private let options: SimulatorOptions
    private let socket: ListeningSocket
    private let drainTime: UInt64
    private let log: ByteLog
    private let service: SimulatorService
    private let server: HTTPServer
    private var signals: Signals?
    private var isEnding = false
    private var isClosed = false
    /// The loop knows its owners by weak or unowned references only.
    private var keepsItself: SimulatedVendor?

    init(
        _ options: SimulatorOptions, key: KeyCheck, script: Script, socket: ListeningSocket, connections: Int,
        drainTime: UInt64, bookLost: @escaping @EventLoop (String) -> Void
    ) throws(FileError) {
        self.options = options
        self.socket = socket
        self.drainTime = drainTime
        let log = try ByteLog(path: options.byteLog) { reason in
            bookLost(reason)
            Reactor.shared.stop()
        }
        let service = SimulatorService(
            options, key: key, script: script, log: log, run: Hex.encode(SecureRandom.bytes(4)))
        var limits = ServerLimits()
        limits.connections = connections
        limits.acceptsPerTurn = 256
        // A vendor buffers more patiently than a gate: a slow reader is the gate's business.
        limits.writeStallTime = .seconds(120)
        let wire = options.vendor.firstProtocol
        server = HTTPServer(limits: limits, handler: service) { status, message in
            ("application/json", VendorFault.body(status: status, message: message, wire, request: "req_none"))
        }
        self.log = log
        self.service = service
        server.tap = log
    }

    func open() {
        keepsItself = self
        signals = Signals { [self] kind in
            if kind != .hangUp { end() }
        }
        log.start(vendor: options.vendor.name, address: socket.address.description)
        server.listen(on: socket)
    }

    /// Lets answers go on for a while; the second time cuts them.
    private func end() {
        if isEnding { return close() }
        isEnding = true
        server.drain { [self] in close() }
        _ = Reactor.shared.schedule(after: drainTime, self, token: 0)
    }

    func timerFired(token: UInt32) { close() }

    private func close() {
        if isClosed { return }
        isClosed = true
        service.stop()
        server.closeAll()
        log.stopped()
        log.close()
        Reactor.shared.stop()
        keepsItself = nil
    }
}
