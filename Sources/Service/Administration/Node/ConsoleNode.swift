internal import Archive
internal import Bytes
internal import CutOff
internal import Files
internal import Glibc
internal import Installation
internal import JSON
internal import Ledger
package import Runtime
internal import Storage
internal import Stores
internal import Telemetry
internal import Transport
package import Vocabulary

/// The console process: the one writer of the control store, and a node of the ledger like the gateways.
@EventLoop
package final class ConsoleNode {
    private let options: ConsoleOptions
    private let logger: Logger
    private let network: InstallationNetwork
    private let networkWatch: NetworkWatch
    private let arrivals: ArrivalDesk
    private let ledger: NodeLedger
    private let console: Console
    private let archive: Confined<ArchiveReader>
    private var isReconciling = false
    private var isTending = false
    private let local: HTTPServer
    private let remote: HTTPServer
    private var signals: Signals?
    private var isEnding = false
    /// The loop knows its owners by weak or unowned references only.
    private var keepsItself: ConsoleNode?

    package nonisolated static let node: NodeID = NodeID("console")

    /// Takes over the calling thread until the console ends. Once it can be called, its TCP address stands in the data
    /// folder's `run/console.addr`.
    package nonisolated static func run(_ options: ConsoleOptions) throws(ConsoleError) {
        Signals.block()
        let secrets: Secrets
        let network: InstallationNetwork
        let ledgerNode: NodeID
        let webhookSecret: SecretBytes?
        do throws(InstallationError) {
            secrets = try Secrets(options.folder)
            network = try InstallationNetwork(options.settings, options.folder, secrets)
            ledgerNode = try Incarnation(options.folder).ledgerName(of: node)
            webhookSecret = try options.settings.webhookSecret(in: options.folder)
        } catch { throw .installation(error) }
        _ = DescriptorLimit.raise()
        let archive = ArchiveReader(folder: options.folder, master: secrets.master)
        let history: CutHistory
        do { history = try CutHistory(archive) } catch {
            throw .ledger("the register of cut-offs: \(error)")
        }
        let store = Confined<ControlStore>(name: "control")
        let path = options.folder.controlStore
        do throws(StorageError) {
            try store.open { () throws(StorageError) in try ControlStore(path: path) }
        } catch { throw .store(error.description) }
        let archiveThread = Confined<ArchiveReader>(name: "archive")
        archiveThread.open { () throws(Never) in archive }
        let local: ListeningSocket
        let remote: ListeningSocket
        do throws(ListeningSocket.Failure) {
            remote = try ListeningSocket.open(options.listen, shared: false)
            local = try ListeningSocket.open(SocketAddress(.unix(options.folder.socket)), shared: false)
        } catch { throw .listen(error) }
        let ending = Lock<ConsoleError?>(nil)
        try EventLoop.run { () throws(ConsoleError) in
            let receivers = NoticeReceivers(options.settings, network, webhookSecret)
            let node = ConsoleNode(
                options, ledgerNode, secrets, network, receivers, store, archiveThread, history, ending)
            try node.start()
            node.listen(local, remote)
            try node.publish(remote.address)
        }
        if let error = ending.withLock({ $0 }) { throw error }
    }

    private init(
        _ options: ConsoleOptions, _ ledgerNode: NodeID, _ secrets: Secrets, _ network: InstallationNetwork,
        _ receivers: NoticeReceivers, _ store: Confined<ControlStore>,
        _ archive: Confined<ArchiveReader>,
        _ history: CutHistory, _ ending: Lock<ConsoleError?>
    ) {
        let logger = Logger(node: ConsoleNode.node.text, least: options.settings.leastLevel)
        let metrics = Metrics(node: ConsoleNode.node.text)
        let ledger = NodeLedger(
            .init(
                node: ledgerNode, root: options.folder.ledger, origin: options.settings.origin,
                master: secrets.master, settings: options.settings.log, version: options.version),
            metrics: LedgerMetrics(metrics), lease: { Console.lease },
            fenced: { identity in
                logger.error("ledger_fenced", ["log": .setting(identity.origin)])
                ending.withLock { $0 = .fenced(log: identity.origin) }
                Reactor.shared.stop()
            })
        let notices = NoticeDesk(
            receivers.sinks { name in logger.error("notice_lost", ["sink": .name(name)]) }, metrics)
        let cuts = CutDesk(
            ledger: ledger, links: GatewayLinks(folder: options.folder), notices: notices, history: history)
        metrics.addProcess(version: options.version)
        ledger.addGauges(to: metrics)
        metrics.gauge("portcullis_cuts_in_force", "Cut-offs in force.") { cuts.inForce }
        let console = Console(
            folder: options.folder, ledger: ledger, store: store, archive: archive, cuts: cuts, notices: notices,
            secrets: secrets, logger: logger, version: options.version,
            operations: ConsoleOperations(
                problems: { ledger.isWell ? [] : ["the ledger takes no records"] }, metrics: { metrics.rendered() }))
        console.report(metrics)
        var limits = ServerLimits()
        // A bundle's snapshot is the largest body.
        limits.bodyBytes = 64 << 20
        limits.connections = 1_000
        func errorBody(_ status: Int, _ message: String) -> (type: String, bytes: [UInt8]) {
            (Problem.mediaType, Problem.body(status: status, detail: message))
        }
        // Every path says which methods it has (RFC 9110 section 15.5.6), also to one that nobody knows.
        local = HTTPServer(limits: limits, handler: console, methods: nil) { errorBody($0, $1) }
        remote = HTTPServer(limits: limits, handler: console, methods: nil) { errorBody($0, $1) }
        self.network = network
        // The gateways look at the same files, and raise the alert.
        networkWatch = NetworkWatch(network, metrics: metrics, logger: logger) { _ in }
        arrivals = ArrivalDesk(metrics: metrics, logger: logger)
        remote.arrivals = arrivals
        self.options = options
        self.logger = logger
        self.ledger = ledger
        self.console = console
        self.archive = archive
    }

    private func start() throws(ConsoleError) {
        do throws(LedgerError) { try ledger.open([NodeLedger.register, NodeLedger.control]) } catch {
            throw .ledger(error.description)
        }
    }

    private func listen(_ localSocket: ListeningSocket, _ remoteSocket: ListeningSocket) {
        keepsItself = self
        local.listen(on: localSocket)
        remote.listen(on: remoteSocket, as: network.console)
        networkWatch.start()
        signals = Signals { [self] kind in
            if kind != .hangUp { end() }
        }
        EventLoop.spawn { [console] in _ = try? await console.bundle() }
        Ticker.every(nanoseconds: .seconds(1)) { [weak self] in EventLoop.spawn { await self?.reconcile() } }
        Ticker.every(nanoseconds: .seconds(5)) { [weak self] in EventLoop.spawn { await self?.tendApprovals() } }
        Ticker.every(nanoseconds: .seconds(60)) { [weak self] in EventLoop.spawn { await self?.tendSessions() } }
        logger.info("listening", ["address": .setting(remoteSocket.address.description)])
    }

    private func publish(_ address: SocketAddress) throws(ConsoleError) {
        do throws(FileError) {
            try WholeFile.replace(options.folder.consoleAddress, Array("\(address)\n".utf8))
        } catch { throw .installation(.file(error)) }
    }

    // MARK: While it runs

    /// Which sessions are in use goes from the gateways into the store and so to all of them; those that ended an hour
    /// ago are forgotten. What fails is done a minute later.
    private func tendSessions() async {
        var uses: [SessionID: Instant] = [:]
        for reply in await console.links.send("POST", "/control/sessions/uses", body: []) {
            guard let answer = reply.json?["uses"] else { continue }
            for use in answer.elements {
                guard let id = use["session"]?.string.flatMap({ SessionID($0) }),
                    let at = use["at"]?.string.flatMap({ Instant($0) })
                else { continue }
                uses[id] = max(uses[id] ?? at, at)
            }
        }
        let (seen, past) = (uses, console.now().adding(seconds: -3600))
        _ = try? await console.store { store throws(StorageError) in
            if !seen.isEmpty { try store.touch(seen) }
            try store.forgetSessions(endedBefore: past)
        }
    }

    /// Cut-offs reach gateways also when the console is dead. When it is back, it learns of them, and all others do.
    private func reconcile() async {
        guard !isReconciling else { return }
        isReconciling = true
        defer { isReconciling = false }
        let counts = await console.links.send("GET", "/control/status").compactMap {
            $0.json?["register_events"]?.integer
        }
        guard counts.contains(where: { $0 > Int64(console.cuts.eventCount) }) else { return }
        guard let history = try? await archive.run({ archive in try? CutHistory(archive) }) else { return }
        let news = console.cuts.take(history)
        guard !news.isEmpty else { return }
        logger.warning("register_reconciled", ["events": .count(news.count)])
        _ = try? await console.store { store throws(StorageError) in
            for event in news { try store.noteRegister(event: event.id.text) }
        }
        await console.cuts.push(news)
    }

    private func tendApprovals() async {
        guard !isTending, !isEnding else { return }
        isTending = true
        defer { isTending = false }
        await console.tendApprovals()
    }

    private func end() {
        guard !isEnding else { return Reactor.shared.stop() }
        isEnding = true
        EventLoop.spawn { [self] in
            await ledger.close(reason: "ended")
            local.closeAll()
            remote.closeAll()
            unlink(options.folder.socket)
            logger.info("ended")
            keepsItself = nil
            Reactor.shared.stop()
        }
    }
}
