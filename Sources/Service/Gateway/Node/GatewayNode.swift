internal import AdministrationClient
internal import Archive
internal import Bundle
internal import CutOff
internal import Dialects
internal import Files
internal import Glibc
internal import HTTP
internal import Installation
internal import Ledger
internal import Policy
internal import Registry
package import Runtime
internal import Stores
internal import Telemetry
internal import Transport
internal import Upstream
internal import Vocabulary

/// One gateway process: everything put together, from the start to the drain.
@EventLoop
package final class GatewayNode {
    private let options: GatewayOptions
    private let logger: Logger
    private let log: GatewayLog
    private let state: NodeState
    private let ledger: NodeLedger
    private let open = OpenAttempts()
    private let gateway: Gateway
    private let feed: ControlFeed
    private let credentials = CredentialFolder()
    private let credentialReader = Confined<String>(name: "credentials")
    private var credentialVersion: [String: FileVersion] = [:]
    private let server: HTTPServer
    private let control: HTTPServer
    private let nodeSocket: NodeSocket
    private let network: InstallationNetwork
    private let networkWatch: NetworkWatch
    private let arrivals: ArrivalDesk
    private let ending: Lock<NodeError?>
    private var signals: Signals?
    private var isDraining = false
    private var isEnding = false
    private var hadLease = false
    /// The loop knows its owners by weak or unowned references only.
    private var keepsItself: GatewayNode?

    /// Descriptors for everything that is no connection: logs, stores, sockets.
    private nonisolated static let reservedDescriptors = 256
    /// A client and its upstream.
    private nonisolated static let descriptorsPerClient = 2

    /// Takes over the calling thread until the node ends.
    package nonisolated static func run(_ options: GatewayOptions) throws(NodeError) {
        Signals.block()
        let secrets: Secrets
        let network: InstallationNetwork
        let ledgerNode: NodeID
        do throws(InstallationError) {
            secrets = try Secrets(options.folder)
            network = try InstallationNetwork(options.settings, options.folder, secrets)
            ledgerNode = try Incarnation(options.folder).ledgerName(of: options.node)
        } catch { throw .installation(error) }
        let need = options.settings.connections * descriptorsPerClient + reservedDescriptors
        let have = DescriptorLimit.raise()
        guard have >= need else { throw .tooFewDescriptors(have: have, need: need) }
        let archive = ArchiveReader(folder: options.folder, master: secrets.master)
        let reader = Confined<ControlReader>(name: "control")
        let first = Lock<ControlUpdate?>(nil)
        do throws(ControlReader.Problem) {
            try reader.open { () throws(ControlReader.Problem) in
                let made = try ControlReader(options.folder, seal: BundleSeal(seed: secrets.bundleSeed)) {
                    try archive.registerEvents()
                }
                let update = try made.next()
                first.withLock { $0 = update }
                return made
            }
        } catch { throw .control(error.description) }
        guard let bundle = first.withLock({ $0?.bundle }) else { throw .noBundle(root: options.folder.root) }
        let socket: ListeningSocket
        let controlSocket: ListeningSocket
        do throws(ListeningSocket.Failure) {
            socket = try ListeningSocket.open(options.listen, shared: true)
            controlSocket = try ListeningSocket.open(
                SocketAddress(.unix(options.folder.socket(of: options.node))), shared: false)
        } catch { throw .listen(error) }
        let ending = Lock<NodeError?>(nil)
        try EventLoop.run { () throws(NodeError) in
            let node = GatewayNode(options, ledgerNode, secrets, network, reader, bundle, ending)
            // Nobody else keeps it: a directory with two owners would be copied, page by page, when it changes.
            let update = first.withLock { update in
                defer { update = nil }
                return update
            }
            try node.start(update ?? ControlUpdate())
            EventLoop.spawn {
                // The first lease comes before the first client.
                await node.feed.refresh()
                node.feed.start()
                node.listen(socket, controlSocket)
            }
        }
        if let error = ending.withLock({ $0 }) { throw error }
    }

    private init(
        _ options: GatewayOptions, _ ledgerNode: NodeID, _ secrets: Secrets, _ network: InstallationNetwork,
        _ reader: Confined<ControlReader>, _ bundle: Bundle, _ ending: Lock<NodeError?>
    ) {
        let logger = Logger(node: options.node.text, least: options.settings.leastLevel)
        let log = GatewayLog(logger)
        let state = NodeState(
            bundle: bundle, pepper: secrets.pepper, sessionUseCase: options.settings.sessionUseCase)
        let open = open
        let metrics = GatewayMetrics(node: options.node.text)
        let ledger = NodeLedger(
            .init(
                node: ledgerNode, root: options.folder.ledger, origin: options.settings.origin,
                master: secrets.master, settings: options.settings.log, version: options.version),
            metrics: metrics.ledger, lease: { state.lease },
            fenced: { identity in
                log.fenced(identity)
                ending.withLock { $0 = .fenced(log: identity.origin) }
                Reactor.shared.stop()
            })
        let settings = options.settings
        let upstream = GatewayNode.upstream(network, credentials)
        let courier = AlertCourier(AdminClient(console: options.folder), node: options.node, metrics: metrics.alerts)
        let alerts = AlertDesk(ledger: ledger, log: log, metrics: metrics.alerts, lease: { state.lease }) {
            courier.take($0)
        }
        let gateway = Gateway(
            state: state, ledger: ledger,
            services: AttemptServices(state: state, upstream: upstream, metrics: metrics, log: log), metrics: metrics,
            open: open, alerts: alerts,
            operations: Operations(problems: { [] }, metrics: { metrics.registry.rendered() }),
            log: log)
        feed = ControlFeed(
            reader, state, leaseMilliseconds: settings.leaseMilliseconds, changed: { gateway.changed($0) },
            failed: { log.controlFailed($0) })
        nodeSocket = NodeSocket(node: options.node, gateway: gateway, feed: feed)
        var limits = ServerLimits()
        limits.connections = settings.connections
        server = HTTPServer(limits: limits, handler: gateway) { EngineError.body(status: $0, message: $1) }
        control = HTTPServer(limits: ServerLimits(), handler: nodeSocket) { EngineError.body(status: $0, message: $1) }
        self.network = network
        networkWatch = NetworkWatch(network, metrics: metrics.registry, logger: logger) { alerts.certificate($0) }
        arrivals = ArrivalDesk(metrics: metrics.registry, logger: logger)
        server.arrivals = arrivals
        server.whenDescriptorsLack = { log.descriptorsLack() }
        self.options = options
        self.logger = logger
        self.log = log
        self.state = state
        self.ledger = ledger
        self.gateway = gateway
        self.ending = ending
        gateway.operations = Operations(
            problems: { [unowned self] in problems }, metrics: { metrics.registry.rendered() })
        addGauges(to: metrics.registry, server, upstream, courier)
    }

    private static func upstream(_ network: InstallationNetwork, _ credentials: any CredentialSource) -> Upstream {
        Upstream(pool: ClientPool(), credentials: credentials) { deployment in
            let endpoint = deployment.endpoint
            return network.origin(
                of: deployment.id, host: endpoint.host, port: endpoint.port, isTLS: endpoint.scheme == .https)
        }
    }

    /// What is looked at when somebody asks.
    private func addGauges(to registry: Metrics, _ server: HTTPServer, _ upstream: Upstream, _ courier: AlertCourier) {
        registry.addProcess(version: options.version)
        ledger.addGauges(to: registry)
        state.addGauges(to: registry, leaseMilliseconds: options.settings.leaseMilliseconds)
        let open = open
        let connections = server.limits.connections
        registry.gauge("portcullis_open_answers", "Answers under way, from before the record to the last byte.") {
            open.count
        }
        registry.gauge("portcullis_open_streams", "Streamed answers under way.") {
            open.all.count { $0.phase == .streaming }
        }
        registry.gauge("portcullis_client_connections", "Connections of clients.") { server.connectionCount }
        registry.gauge("portcullis_client_connections_limit", "Connections of clients that the settings allow.") {
            connections
        }
        registry.gauge("portcullis_upstream_connections", "Connections to models.") { upstream.connectionCount }
        registry.gauge("portcullis_alert_queue_length", "Alerts that wait for the console.") { courier.waitingCount }
        registry.gauge("portcullis_alert_queue_limit", "Alerts that may wait for the console.") {
            AlertCourier.capacity
        }
        registry.gauge("portcullis_ready", "1 while the node should get traffic.") { [unowned self] in
            problems.isEmpty ? 1 : 0
        }
    }

    // MARK: Start

    private func start(_ update: ControlUpdate) throws(NodeError) {
        _ = state.apply(update)
        do throws(LedgerError) {
            let custodies = Set(state.bundle.registry.entities.values.map(\.custody))
            try ledger.open([NodeLedger.register, NodeLedger.control, NodeLedger.unassigned] + custodies.sorted())
        } catch { throw .ledger(error.description) }
        let folder = options.folder.credentials
        credentialReader.open { () throws(Never) in folder }
        if let found = CredentialFolder.read(folder, unless: [:]) { take(found) }
        Ticker.every(nanoseconds: .seconds(1)) { [weak self] in self?.readCredentials() }
        Ticker.every(nanoseconds: .milliseconds(50)) { [weak self] in self?.watchLease() }
        Ticker.every(nanoseconds: Gateway.recheckPeriod) { [weak self] in self?.gateway.recheck() }
    }

    private func listen(_ socket: ListeningSocket, _ controlSocket: ListeningSocket) {
        keepsItself = self
        server.listen(on: socket, as: network.gate)
        networkWatch.start()
        control.listen(on: controlSocket)
        signals = Signals { [self] kind in
            switch kind {
            case .hangUp: return
            case .interrupt, .terminate: isDraining ? endNow() : drain()
            }
        }
        logger.info(
            "listening",
            [
                "address": .setting(socket.address.description), "policy": .name(state.policyName),
                "revision": .count(state.revision),
            ])
    }

    /// Why no traffic should come here.
    private var problems: [String] {
        var problems: [String] = []
        if isDraining { problems.append("the node goes out of service") }
        if !state.isLeaseCurrent {
            problems.append("the firm's rules cannot be read: \(feed.problem ?? "no answer yet")")
        }
        if !ledger.isWell { problems.append("the ledger takes no records") }
        return problems
    }

    // MARK: While it runs

    private func readCredentials() {
        let version = credentialVersion
        credentialReader.submit { folder in
            guard let found = CredentialFolder.read(folder, unless: version) else { return }
            EventLoop.post { self.take(found) }
        }
    }

    private func take(_ found: CredentialFolder.Found) {
        for problem in found.problems { log.credentialProblem(problem) }
        credentials.replace(with: found.credentials)
        credentialVersion = found.version
        logger.info("credentials_read", ["count": .count(found.credentials.count)])
    }

    /// Without a lease nothing goes to a vendor, also not the rest of an open answer.
    private func watchLease() {
        let has = state.isLeaseCurrent
        defer { hadLease = has }
        guard hadLease, !has else { return }
        var change = NodeState.Change()
        change.everything = true
        let ended = gateway.changed(change)
        logger.warning("lease_lapsed", ["ended": .count(ended.count)])
    }

    // MARK: End

    private func drain() {
        isDraining = true
        logger.info("draining", ["open_answers": .count(open.count)])
        server.drain { [self] in endNow() }
        EventLoop.spawn { [self] in
            await EventLoop.sleep(nanoseconds: .seconds(UInt64(options.settings.drainSeconds)))
            for attempt in open.all { attempt.stop() }
            await EventLoop.sleep(nanoseconds: .seconds(2))
            endNow()
        }
    }

    private func endNow() {
        guard !isEnding else { return }
        isEnding = true
        EventLoop.spawn { [self] in
            for attempt in open.all { attempt.stop() }
            server.closeAll()
            await ledger.close(reason: "drain")
            control.closeAll()
            unlink(options.folder.socket(of: options.node))
            logger.info("ended")
            keepsItself = nil
            Reactor.shared.stop()
        }
    }
}
