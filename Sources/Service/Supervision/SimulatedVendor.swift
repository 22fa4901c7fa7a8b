internal import Bytes
internal import Crypto
internal import Files
internal import Installation
internal import Registry
internal import Transport
internal import Vocabulary

/// One operator of the bundle's deployments, played by a process of ours on loopback.
struct SimulatedVendor: Sendable {
    let name: String
    let address: SocketAddress
    let key: String
    let program: Program
    let byteLog: String
    /// Hosts of its deployments as the bundle has them, `host` or `host:port`.
    let hosts: [String]
    let deployments: [DeploymentID]

    /// Every operator once, sorted, with a key and a port that stay the same from one start to the next. Blocks.
    static func all(
        of registry: Registry, in folder: DataFolder, executable: String, ports: inout PortBook
    ) throws(SupervisionError) -> [SimulatedVendor] {
        let byOperator = Dictionary(grouping: registry.deployments.values, by: \.operatedBy)
        var vendors: [SimulatedVendor] = []
        for (operatedBy, deployments) in byOperator.sorted(by: { $0.key < $1.key }) {
            let name = fileName(operatedBy)
            vendors.append(
                try SimulatedVendor(
                    name, deployments, folder, executable,
                    SocketAddress(.v4([127, 0, 0, 1]), port: try ports.port(of: name))))
        }
        return vendors
    }

    private init(
        _ name: String, _ deployments: [Deployment], _ folder: DataFolder, _ executable: String,
        _ address: SocketAddress
    ) throws(SupervisionError) {
        self.name = name
        self.address = address
        self.deployments = deployments.map(\.id).sorted()
        byteLog = folder.byteLog(name)
        hosts = Set(
            deployments.map { deployment in
                let endpoint = deployment.endpoint
                return endpoint.port == endpoint.scheme.standardPort
                    ? endpoint.host : "\(endpoint.host):\(endpoint.port)"
            }
        ).sorted()
        let protocols = Set(deployments.map(\.wireProtocol))
        program = Program(
            name: "simulator-" + name, rank: .simulator, executable: executable,
            arguments: [
                "simulate", "--vendor", name, "--listen", address.description, "--api-key-file",
                folder.simulatorKey(name),
                "--byte-log", byteLog, "--models",
                Set(deployments.map(\.upstreamModel)).sorted().joined(separator: ","),
                "--protocol", protocols.count > 1 ? "both" : protocols.first?.rawValue ?? "both",
            ])
        do throws(FileError) {
            key = try SimulatedVendor.key(folder.simulatorKey(name), name)
            for deployment in self.deployments {
                try SimulatedVendor.write(folder.credential(deployment), Array((key + "\n").utf8))
            }
        } catch { throw .file(error) }
    }

    /// Identifiers may hold bytes that a file's name or the simulator may not.
    private static func fileName(_ vendor: VendorID) -> String {
        String(vendor.text.prefix(40).map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "-" })
    }

    private static func key(_ path: String, _ name: String) throws(FileError) -> String {
        if let file = try? WholeFile.read(path, limit: 4096) {
            let line = String(decoding: file.prefix { $0 != 0x0A }, as: UTF8.self)
            if !line.isEmpty { return line }
        }
        let key = "sk-simulated-\(name)-" + Hex.encode(SecureRandom.bytes(16))
        try WholeFile.replace(path, Array((key + "\n").utf8))
        return key
    }

    /// Only when it is another one: a replaced file is read again by every gateway.
    private static func write(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        guard (try? WholeFile.read(path, limit: 4096)) != bytes else { return }
        try Folder.create(Folder.parent(of: path))
        try WholeFile.replace(path, bytes)
    }
}
