internal import Supervision

enum UpVerb: Verb {
    static let name = "up"
    static let summary = "run an installation: its console and its gateways, started again when one ends"
    static let options: [Option] = [.data, .listen]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        do throws(SupervisionError) {
            try Up.run(data: arguments["--data"] ?? "", listen: arguments["--listen"]) { Terminal.complain($0) }
            return .done
        } catch {
            Terminal.complain("up: \(error.message)")
            return ExitStatus(rawValue: error.exitStatus) ?? .unavailable
        }
    }
}

extension Option {
    static let listen = Option(
        "--listen", "ADDR:PORT", "where clients connect, else as the settings say; port 0 picks a free one")
}
