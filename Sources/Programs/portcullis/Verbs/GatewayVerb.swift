internal import Gateway
internal import Installation
internal import Transport
internal import Vocabulary

/// One gateway process; `up` starts them.
enum GatewayVerb: Verb {
    static let name = "gateway"
    static let summary = "run one gateway node (`up` starts one a core)"
    static let options: [Option] = [
        .data,
        Option("--node", "ID", required: true, "the node's name, which its ledger bears: gw1"),
        Option(
            "--listen", "ADDR:PORT", environment: "PORTCULLIS_LISTEN",
            "where clients connect; the setting `listen` otherwise"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let folder = DataFolder(arguments["--data"] ?? "")
        guard let node = NodeID(arguments["--node"] ?? ""), Reference.isName(node.text), node.text != "console" else {
            throw Arguments.Fault(message: "--node: expected lower-case letters and digits, such as gw1")
        }
        do {
            let settings = try Settings.load(folder)
            let text = arguments["--listen"] ?? settings.listen
            guard let listen = SocketAddress(text) else {
                throw Arguments.Fault(message: "--listen is \(text), not ADDRESS:PORT such as 127.0.0.1:8080")
            }
            try GatewayNode.run(
                GatewayOptions(folder: folder, node: node, listen: listen, settings: settings, version: Program.version)
            )
            return .done
        } catch let error as InstallationError {
            Terminal.complain("gateway: \(error.message)")
        } catch let error as NodeError {
            Terminal.complain("gateway: \(error.message)")
            if case .fenced = error { return .crashed }
        } catch let fault as Arguments.Fault {
            throw fault
        } catch {
            Terminal.complain("gateway: \(error)")
        }
        return .unavailable
    }
}
