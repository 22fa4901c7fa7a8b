internal import AdministrationClient
internal import Files
internal import Installation
internal import JSON
internal import Runtime
internal import Transport
internal import Vocabulary

/// One run of an installation: its console and its gateways, and the wait until they answer.
@EventLoop
final class Launch {
    /// LIMIT: how long a program may take until it answers.
    static let readySeconds = 30
    /// Between two looks at a program that starts.
    private static let glance: UInt64 = .milliseconds(10)

    let folder: DataFolder
    let supervisor: Supervisor
    let console: ConsoleCalls
    /// Whoever started this process, if it wants to be told.
    let notifier: ServiceNotifier
    /// Where clients connect, with its real port.
    let listen: SocketAddress
    let consoleListen: SocketAddress
    /// `https` where the settings have a certificate.
    let scheme: String
    let consoleScheme: String
    let gateways: [NodeID]
    private let executable: String

    init(_ plan: LaunchPlan, _ supervisor: Supervisor, _ notifier: ServiceNotifier) {
        folder = plan.folder
        listen = plan.listen
        consoleListen = plan.consoleListen
        scheme = plan.settings.network.gate.certificate.isEmpty ? "http" : "https"
        consoleScheme = plan.settings.network.console.certificate.isEmpty ? "http" : "https"
        executable = plan.executable
        gateways = plan.gateways
        self.supervisor = supervisor
        self.notifier = notifier
        console = ConsoleCalls(plan.folder)
    }

    func startConsole() {
        supervisor.start(
            Program(
                name: "console", rank: .console, executable: executable,
                arguments: ["console", "--data", folder.root, "--listen", consoleListen.description]))
    }

    func consoleReady() async throws(SupervisionError) {
        try await wait(for: "console") { await self.console.isReady }
    }

    func startGateways() {
        for node in gateways {
            supervisor.start(
                Program(
                    name: node.text, rank: .gateway, executable: executable,
                    arguments: ["gateway", "--data", folder.root, "--node", node.text, "--listen", listen.description]))
        }
    }

    func gatewaysReady() async throws(SupervisionError) {
        for node in gateways {
            let client = AdminClient(gateway: node, in: folder)
            try await wait(for: node.text) {
                do throws(AdminFailure) { return try await client.send("GET", "/readyz").status == 200 } catch {
                    return false
                }
            }
        }
    }

    /// Where the console answers over TCP, as it says itself.
    var consoleAddress: String {
        let written = try? WholeFile.read(folder.consoleAddress, limit: 256)
        let line = written.map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) }
        // The file is the console's word; without it what it was told stands.
        return line ?? consoleListen.description
    }

    func wait(for name: String, _ isReady: @EventLoop () async -> Bool) async throws(SupervisionError) {
        let deadline = Clocks.monotonic + .seconds(UInt64(Launch.readySeconds))
        while true {
            try goOn()
            if await isReady() { return }
            guard Clocks.monotonic < deadline else {
                throw .notReady(
                    name: name, seconds: Launch.readySeconds, line: supervisor.lastWord(of: name),
                    log: folder.log(of: name))
            }
            await EventLoop.sleep(nanoseconds: Launch.glance)
        }
    }

    /// Throws when the programs are being ended.
    func goOn() throws(SupervisionError) { if supervisor.isEnding { throw .interrupted } }
}

/// What is settled before the first program starts: addresses, nodes, the executable.
struct LaunchPlan: Sendable {
    let folder: DataFolder
    let settings: Settings
    let executable: String
    let listen: SocketAddress
    let consoleListen: SocketAddress
    let gateways: [NodeID]

    /// LIMIT: descriptors below which nothing of use can run.
    private static let fewestDescriptors = 1024

    /// - Parameter listen: already reserved.
    init(
        _ folder: DataFolder, _ settings: Settings, listen: SocketAddress, ports: inout PortBook
    ) throws(SupervisionError) {
        let descriptors = DescriptorLimit.raise()
        guard descriptors >= LaunchPlan.fewestDescriptors else { throw .fewDescriptors(limit: descriptors) }
        guard let executable = CurrentProcess.executable else {
            throw .badFile(path: "/proc/self/exe", problem: "cannot be read; mount /proc")
        }
        guard let wanted = SocketAddress(settings.consoleListen) else { throw .badAddress(settings.consoleListen) }
        self.folder = folder
        self.settings = settings
        self.executable = executable
        self.listen = listen
        // Chosen here, so that the console keeps its port when it is started again.
        if wanted.port == 0, wanted.host == .v4([127, 0, 0, 1]) {
            consoleListen = SocketAddress(wanted.host, port: try ports.port(of: "console"))
        } else {
            do throws(ListeningSocket.Failure) { consoleListen = try ListeningSocket.probe(wanted) } catch {
                throw .listen(error)
            }
        }
        let workers = settings.workers == 0 ? CurrentProcess.cores : settings.workers
        gateways = (1...max(1, min(workers, 256))).compactMap { NodeID("gw\($0)") }
    }

    /// `--listen`, else the settings.
    static func address(_ flag: String?, _ settings: Settings) throws(SupervisionError) -> SocketAddress {
        let text = flag ?? settings.listen
        guard let address = SocketAddress(text) else { throw .badAddress(text) }
        return address
    }
}
