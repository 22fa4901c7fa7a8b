internal import Bytes
internal import Crypto
internal import Files
internal import Runtime
package import TLS
package import Transport
package import Vocabulary

/// The settings of the network as the processes use them: certificates read and watched, relays known, and for each
/// deployment the way to it.
package final class InstallationNetwork: Sendable {
    /// How clients of the gate come in.
    package let gate: ListenerOptions
    /// How callers of the console come in.
    package let console: ListenerOptions

    private struct Way: Sendable {
        var identity: ClientIdentity?
        var serverName: String?
        var proxy: ProxyChoice
    }

    private enum ProxyChoice: Sendable {
        case asForAll
        case direct
        case own(EgressProxy)
    }

    /// What came of files that changed, for the log and an alert.
    package struct Notice: Sendable {
        /// `gate`, `console`, `upstream`, `proxy` or a deployment.
        package var of: String
        package var reload: IdentityReload
    }

    /// Where the hosts of deployments are really reached, by `host` or `host:port`.
    private let egress: [(host: String, address: SocketAddress)]
    /// Whom models are trusted by where nothing else is said.
    private let trust: ClientIdentity?
    /// The machine's own list of authorities, read when it is first needed.
    private let machineTrust = Lock<ClientIdentity?>(nil)
    private let ways: [DeploymentID: Way]
    private let proxy: EgressProxy?
    private let direct: DirectHosts?
    private let login: LoginFile?
    private let servers: [(name: String, identity: ServerIdentity)]
    private let clients: [(name: String, identity: ClientIdentity)]

    /// Blocking: reads every file that is named, and refuses what cannot be used.
    package init(_ settings: Settings, _ folder: DataFolder, _ secrets: Secrets) throws(InstallationError) {
        let network = settings.network
        let tickets = TicketKeys(secret: secrets.pepper)
        egress = settings.egress.compactMap { entry in SocketAddress(entry.connect).map { (entry.host, $0) } }
        let gate = try ServerIdentity.of(network.gate, prefix: "", folder, tickets)
        let console = try ServerIdentity.of(network.console, prefix: "console_", folder, tickets)
        self.gate = ListenerOptions(identity: gate, relays: Settings.networks(network.proxyProtocolFrom) ?? [])
        self.console = ListenerOptions(identity: console)
        servers = [("gate", gate), ("console", console)].compactMap { name, identity in identity.map { (name, $0) } }
        direct = DirectHosts(network.egressProxyExcept)
        let trust = try InstallationNetwork.identity(network.upstreamAuthorities, folder)
        self.trust = trust
        let login = network.egressProxyLogin.isEmpty ? nil : LoginFile(folder.resolve(network.egressProxyLogin))
        self.login = login
        let first = try login?.read()
        let proxyTrust = try InstallationNetwork.identity(network.egressProxyAuthorities, folder) ?? trust
        let makeProxy = { (text: String) throws(InstallationError) -> EgressProxy? in
            guard let address = ProxyAddress(text) else { return nil }
            guard address.isTLS else { return EgressProxy(address.place, login: first) }
            if let proxyTrust {
                return EgressProxy(address.place, tls: ServerName(address.host, identity: proxyTrust), login: first)
            }
            let machine = try InstallationNetwork.machine()
            return EgressProxy(address.place, tls: ServerName(address.host, identity: machine), login: first)
        }
        proxy = try makeProxy(network.egressProxy)
        var ways: [DeploymentID: Way] = [:]
        var clients: [(String, ClientIdentity)] = []
        if let trust { clients.append(("upstream", trust)) }
        if let proxyTrust, proxyTrust !== trust { clients.append(("egress_proxy", proxyTrust)) }
        for entry in network.upstreams {
            guard let id = DeploymentID(entry.deployment) else {
                throw .badSetting(
                    position: folder.settings, problem: "upstream_tls: \(entry.deployment) is no name of a deployment")
            }
            let identity = try InstallationNetwork.identity(entry, folder, network)
            if let identity { clients.append((id.text, identity)) }
            let choice: ProxyChoice =
                switch entry.proxy {
                case "": .asForAll
                case "direct": .direct
                default: try makeProxy(entry.proxy).map { .own($0) } ?? .asForAll
                }
            ways[id] = Way(
                identity: identity, serverName: entry.serverName.isEmpty ? nil : entry.serverName, proxy: choice)
        }
        self.ways = ways
        self.clients = clients
    }

    // MARK: The way out

    /// How a deployment is reached. Nil where there is nobody to trust it by.
    package func origin(of deployment: DeploymentID, host: String, port: UInt16, isTLS: Bool) -> ClientOrigin? {
        // An egress that the settings name stands for the whole way, in the clear: a simulator, a terminator.
        if let address = egress(host, port) { return ClientOrigin(.address(address)) }
        let way = ways[deployment]
        let proxy: EgressProxy? =
            switch way?.proxy ?? .asForAll {
            case .direct: nil
            case .own(let own): own
            case .asForAll: direct?.contains(host) == true ? nil : self.proxy
            }
        let place = ClientOrigin.Place(host: host, port: port)
        guard isTLS else { return ClientOrigin(place, proxy: proxy) }
        guard let identity = way?.identity ?? trust ?? commonTrust() else { return nil }
        return ClientOrigin(place, tls: ServerName(way?.serverName ?? host, identity: identity), proxy: proxy)
    }

    private func egress(_ host: String, _ port: UInt16) -> SocketAddress? {
        egress.first { $0.host == host || $0.host.utf8.contains(0x3A) && $0.host == "\(host):\(port)" }?.address
    }

    /// How any other server is reached, such as one that is told of alerts.
    package func origin(host: String, port: UInt16, isTLS: Bool) -> ClientOrigin? {
        let proxy = direct?.contains(host) == true ? nil : self.proxy
        let place = ClientOrigin.Place(host: host, port: port)
        guard isTLS else { return ClientOrigin(place, proxy: proxy) }
        guard let identity = trust ?? commonTrust() else { return nil }
        return ClientOrigin(place, tls: ServerName(host, identity: identity), proxy: proxy)
    }

    private func commonTrust() -> ClientIdentity? {
        machineTrust.withLock { known in
            if known == nil { known = try? InstallationNetwork.machine() }
            return known
        }
    }

    // MARK: Files

    private static func machine() throws(InstallationError) -> ClientIdentity {
        do throws(TLSError) { return try ClientIdentity(.init()) } catch { throw .tls(error) }
    }

    /// Nil for no path.
    private static func identity(_ path: String, _ folder: DataFolder) throws(InstallationError) -> ClientIdentity? {
        guard !path.isEmpty else { return nil }
        do throws(TLSError) { return try ClientIdentity(.init(authorities: folder.resolve(path))) } catch {
            throw .tls(error)
        }
    }

    /// Nil where the deployment has nothing of its own.
    private static func identity(
        _ entry: NetworkSettings.Upstream, _ folder: DataFolder, _ network: NetworkSettings
    ) throws(InstallationError) -> ClientIdentity? {
        guard !entry.authorities.isEmpty || !entry.certificate.isEmpty else { return nil }
        let authorities = entry.authorities.isEmpty ? network.upstreamAuthorities : entry.authorities
        var files = TLSClientContext.Files()
        if !authorities.isEmpty { files.authorities = folder.resolve(authorities) }
        if !entry.certificate.isEmpty {
            files.certificate = CertificateFiles(
                chain: folder.resolve(entry.certificate), key: folder.resolve(entry.key))
        }
        do throws(TLSError) { return try ClientIdentity(files) } catch { throw .tls(error) }
    }

    /// Blocking. Looks at every file that is used and takes over what changed; to be called about once a second.
    package func reload() -> [Notice] {
        var notices: [Notice] = []
        for (name, identity) in servers {
            if let reload = identity.reload() { notices.append(Notice(of: name, reload: reload)) }
        }
        for (name, identity) in clients {
            if let reload = identity.reload() { notices.append(Notice(of: name, reload: reload)) }
        }
        if let login, let other = login.changed() {
            for proxy in proxies { proxy.replace(login: other) }
        }
        return notices
    }

    private var proxies: [EgressProxy] {
        var all = [proxy].compactMap { $0 }
        for way in ways.values { if case .own(let own) = way.proxy { all.append(own) } }
        return all
    }

    /// The end of each certificate that is shown, in seconds since 1970: for a metric, and an alarm before it comes.
    package var ends: [(of: String, notAfter: Int64)] {
        servers.map { ($0.name, $0.identity.notAfter) }
            + clients.map { ($0.name, $0.identity.notAfter) }.filter { $0.1 > 0 }
    }
}

extension ServerIdentity {
    /// Nil for a listener in the clear.
    fileprivate static func of(
        _ listener: NetworkSettings.Listener, prefix: String, _ folder: DataFolder, _ tickets: TicketKeys
    ) throws(InstallationError) -> ServerIdentity? {
        func bad(_ problem: String) -> InstallationError { .badSetting(position: folder.settings, problem: problem) }
        guard listener.certificate.isEmpty == listener.key.isEmpty else {
            throw bad("\(prefix)tls_certificate and \(prefix)tls_key belong together; name both files or none")
        }
        guard !listener.certificate.isEmpty else {
            let hasMore = !listener.more.isEmpty || listener.clientCertificates != .none
            guard !hasMore else {
                throw bad("\(prefix)tls_certificate is missing, and other settings of TLS are there; name the file")
            }
            return nil
        }
        guard listener.clientCertificates == .none || !listener.clientAuthorities.isEmpty else {
            throw bad("\(prefix)tls_client_authorities is missing: whose certificates may clients show? name the file")
        }
        let pairs = [CertificateFiles(chain: listener.certificate, key: listener.key)] + listener.more
        let files = TLSServerContext.Files(
            certificates: pairs.map {
                CertificateFiles(chain: folder.resolve($0.chain), key: folder.resolve($0.key))
            },
            clientAuthorities: listener.clientAuthorities.isEmpty ? nil : folder.resolve(listener.clientAuthorities),
            clientCertificates: listener.clientCertificates)
        do throws(TLSError) { return try ServerIdentity(files, tickets: tickets) } catch { throw .tls(error) }
    }
}
