internal import Transport

/// Hosts that no egress proxy stands before: names, `.domain` for every name in a domain, networks of addresses.
struct DirectHosts: Sendable {
    private var names: Set<String> = []
    private var domains: [String] = []
    private var networks: [AddressNetwork] = []

    /// Comma-separated; nil for what is none of the three.
    init?(_ text: String) {
        for part in text.split(separator: ",") {
            let entry = part.trimmed.lowercased()
            if let network = AddressNetwork(entry) {
                networks.append(network)
            } else if entry.isEmpty || entry.contains("/") || entry.contains(" ") || entry.contains("*") {
                return nil
            } else if entry.hasPrefix(".") {
                domains.append(entry)
            } else {
                names.insert(entry)
            }
        }
    }

    func contains(_ host: String) -> Bool {
        if let literal = SocketAddress.literal(host) {
            let address = SocketAddress(literal)
            return networks.contains { $0.contains(address) }
        }
        return names.contains(host) || domains.contains { host.hasSuffix($0) }
    }
}
