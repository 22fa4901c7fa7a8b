internal import AdministrationClient
internal import CutOff
internal import Installation
internal import JSON
internal import Vocabulary

/// Stops everything that all of the named parts have in common, at once. Through the console; when none answers, each
/// gateway is told by its own socket, since an order to stop does not wait for repairs.
enum CutVerb: Verb {
    /// LIMIT: a console that takes longer is passed by. Should it order the cut-off after all, there are two of them,
    /// and each is reopened for itself.
    private static let patienceSeconds: UInt64 = 5

    static let name = "cut"
    static let summary = "cut off what all of the named parts have in common, at once"
    static let options =
        [.data, .json] + CutOrder.options + [
            Option(
                "--key", "KEY", environment: "PORTCULLIS_KEY",
                "order as the person of this key, not as this machine's user")
        ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let order = try CutOrder(arguments)
        let console = Console(arguments)
        var client = console.client
        client.patienceSeconds = patienceSeconds
        let answer: AdminAnswer
        do throws(AdminFailure) {
            answer = try client.call("POST", "/api/cuts", body: order.json, key: arguments["--key"])
        } catch {
            return try cutWithoutConsole(order, console, because: error.message)
        }
        if answer.status >= 500 {
            return try cutWithoutConsole(order, console, because: "the console answers \(answer.status)")
        }
        console.show(try console.read(answer), ReceiptText.text)
        return .done
    }

    private static func cutWithoutConsole(
        _ order: CutOrder, _ console: Console, because problem: String
    ) throws(Arguments.Fault) -> ExitStatus {
        Terminal.complain("cut: \(problem)")
        let sockets = GatewaySockets(folder: console.folder)
        let nodes = try sockets.nodes()
        guard !nodes.isEmpty else {
            throw Arguments.Fault(
                message:
                    "no gateway has a socket in \(console.folder.run) either: nothing runs, and nothing was cut off",
                status: .unavailable)
        }
        let event = try order.event()
        Terminal.complain("cut: telling each gateway by its own socket")
        var told: [(node: NodeID, answer: APIObject)] = []
        for node in nodes {
            do throws(AdminFailure) {
                let answer = try sockets.register(event, at: node)
                if answer.isSuccess, let object = APIObject(answer.body) {
                    told.append((node, object))
                } else {
                    let message = APIObject(answer.body)?["error"]?["message"]?.text
                    Terminal.complain("cut: \(node): \(message ?? "the answer is \(answer.status)")")
                }
            } catch { Terminal.complain("cut: \(node): \(error.message)") }
        }
        report(event, nodes, told, isJSON: console.isJSON)
        return told.count == nodes.count ? .done : .unavailable
    }

    private static func report(
        _ event: CutEvent, _ nodes: [NodeID], _ told: [(node: NodeID, answer: APIObject)], isJSON: Bool
    ) {
        guard case .cut(_, let cut) = event else { return }
        if isJSON {
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("cut", cut.id.text)
                writer.member("at", cut.at.description)
                writer.member("console", false)
                writer.member(
                    "nodes",
                    array: { writer in
                        for node in nodes {
                            let answer = told.first { $0.node == node }?.answer
                            writer.raw(answer?.bytes ?? silent(node))
                        }
                    })
            }
            return Terminal.print(bytes: writer.bytes + [0x0A])
        }
        let rows = nodes.map { node -> [String] in
            guard let answer = told.first(where: { $0.node == node })?.answer else { return [node.text, "silent"] }
            return [
                node.text, "acknowledged", answer.cell("streams"), answer.cell("applied_at"), answer.cell("log"),
                answer.cell("index"),
            ]
        }
        Terminal.print("cut-off \(cut.id), ordered at \(cut.at) without the console")
        Terminal.print(TextTable(heads: ["node", "state", "streams", "applied", "log", "index"], rows).text())
    }

    private static func silent(_ node: NodeID) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("node", node.text)
            writer.member("state", "silent")
        }
        return writer.bytes
    }
}
