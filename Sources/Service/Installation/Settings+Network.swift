internal import TLS
internal import Transport
internal import YAML

extension Settings {
    private static func text(
        _ name: String, expected: String, _ path: WritableKeyPath<Settings, String>,
        accepts: @escaping (String) -> Bool = { !$0.contains("\0") && $0.utf8.count <= 4096 }
    ) -> Field {
        Field(
            name: name, expected: expected,
            set: { settings, text in
                guard text.isEmpty || accepts(text) else { return false }
                settings[keyPath: path] = text
                return true
            }, get: { $0[keyPath: path] })
    }

    private static func path(_ name: String, _ path: WritableKeyPath<Settings, String>) -> Field {
        text(name, expected: "the path of a PEM file", path)
    }

    private static func listener(
        _ prefix: String, _ at: WritableKeyPath<Settings, NetworkSettings.Listener>
    ) -> [Field] {
        let modes = ClientCertificates.allCases.map(\.rawValue)
        return [
            path(prefix + "tls_certificate", at.appending(path: \.certificate)),
            path(prefix + "tls_key", at.appending(path: \.key)),
            path(prefix + "tls_client_authorities", at.appending(path: \.clientAuthorities)),
            Field(
                name: prefix + "tls_client_certificates", expected: "one of " + modes.joined(separator: ", "),
                set: { settings, text in
                    guard let mode = ClientCertificates(rawValue: text) else { return false }
                    settings[keyPath: at].clientCertificates = mode
                    return true
                }, get: { $0[keyPath: at].clientCertificates.rawValue }),
        ]
    }

    static var networkFields: [Field] {
        listener("", \.network.gate) + listener("console_", \.network.console) + [
            text(
                "proxy_protocol_from",
                expected: "networks such as 10.1.0.0/16, 10.2.0.7 or fd00::/64, with commas between",
                \.network.proxyProtocolFrom, accepts: { networks($0) != nil }),
            path("upstream_authorities", \.network.upstreamAuthorities),
            text(
                "egress_proxy", expected: "http://HOST:PORT or https://HOST:PORT", \.network.egressProxy,
                accepts: { ProxyAddress($0) != nil }),
            text("egress_proxy_login", expected: "the path of a file with user:password", \.network.egressProxyLogin),
            path("egress_proxy_authorities", \.network.egressProxyAuthorities),
            text(
                "egress_proxy_except", expected: "names, .domains or networks, with commas between",
                \.network.egressProxyExcept, accepts: { DirectHosts($0) != nil }),
        ]
    }

    static func networks(_ text: String) -> [AddressNetwork]? {
        var networks: [AddressNetwork] = []
        for part in text.split(separator: ",") {
            guard let network = AddressNetwork(part.trimmed) else { return nil }
            networks.append(network)
        }
        return networks
    }

    // MARK: Lists

    static let networkLists = ["tls_certificates", "upstream_tls"]

    mutating func readNetworkList(
        _ name: String, _ node: YAMLNode, _ fault: (YAMLNode, String) -> InstallationError
    ) throws(InstallationError) {
        guard let items = node.items else { throw fault(node, "\(name): expected a list, found \(node.shown)") }
        if name == "tls_certificates" {
            network.gate.more = []
            for item in items {
                let texts = try Settings.texts(item, ["certificate", "key"], fault)
                guard let chain = texts["certificate"], let key = texts["key"] else {
                    throw fault(item, "expected certificate: FILE and key: FILE")
                }
                network.gate.more.append(CertificateFiles(chain: chain, key: key))
            }
        } else {
            network.upstreams = []
            for item in items { network.upstreams.append(try Settings.upstream(item, fault)) }
        }
    }

    private static func upstream(
        _ item: YAMLNode, _ fault: (YAMLNode, String) -> InstallationError
    ) throws(InstallationError) -> NetworkSettings.Upstream {
        let texts = try texts(
            item, ["deployment", "authorities", "certificate", "key", "server_name", "proxy"], fault)
        guard let deployment = texts["deployment"] else { throw fault(item, "expected deployment: NAME") }
        var upstream = NetworkSettings.Upstream(deployment: deployment)
        upstream.authorities = texts["authorities"] ?? ""
        upstream.certificate = texts["certificate"] ?? ""
        upstream.key = texts["key"] ?? ""
        upstream.serverName = texts["server_name"] ?? ""
        upstream.proxy = texts["proxy"] ?? ""
        guard upstream.certificate.isEmpty == upstream.key.isEmpty else {
            throw fault(item, "certificate and key belong together; name both files or none")
        }
        guard upstream.proxy.isEmpty || upstream.proxy == "direct" || ProxyAddress(upstream.proxy) != nil else {
            throw fault(item, "proxy: expected http://HOST:PORT, https://HOST:PORT or direct")
        }
        return upstream
    }

    private static func texts(
        _ item: YAMLNode, _ known: [String], _ fault: (YAMLNode, String) -> InstallationError
    ) throws(InstallationError) -> [String: String] {
        guard let entries = item.entries else { throw fault(item, "expected a mapping, found \(item.shown)") }
        var texts: [String: String] = [:]
        for (key, value) in entries {
            guard let name = key.text, known.contains(name) else {
                throw fault(key, "unknown key \(key.shown); known are \(known.joined(separator: ", "))")
            }
            guard let text = value.text, !text.isEmpty else {
                throw fault(value, "\(name): expected a text, found \(value.shown)")
            }
            texts[name] = text
        }
        return texts
    }

    /// As a file; nothing for what is not set.
    var networkFile: String {
        var text = ""
        if !network.gate.more.isEmpty { text += "tls_certificates:\n" }
        for pair in network.gate.more { text += "  - {certificate: \"\(pair.chain)\", key: \"\(pair.key)\"}\n" }
        if !network.upstreams.isEmpty { text += "upstream_tls:\n" }
        for entry in network.upstreams {
            let texts = [
                ("authorities", entry.authorities), ("certificate", entry.certificate), ("key", entry.key),
                ("server_name", entry.serverName), ("proxy", entry.proxy),
            ].filter { !$0.1.isEmpty }.map { ", \($0.0): \"\($0.1)\"" }
            text += "  - {deployment: \"\(entry.deployment)\"\(texts.joined())}\n"
        }
        return text
    }
}

extension Substring {
    var trimmed: Substring { Substring(split(separator: " ").joined(separator: " ")) }
}
