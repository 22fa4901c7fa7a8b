internal import Supervision

enum DemoVerb: Verb {
    static let name = "demo"
    static let summary = "start the example bank with simulated vendors, people and keys; Ctrl-C drains"
    static let options: [Option] = [
        .data, .listen, Option("--fresh", nil, "remove the installation that stands in the folder first"),
        Option("--bundle", "DIR", "another bundle; people.yaml and terms.txt lie beside it"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let options = Demo.Options(
            data: arguments["--data"] ?? "", listen: arguments["--listen"], fresh: arguments.has("--fresh"),
            bundle: arguments["--bundle"], command: CommandLine.arguments.first ?? "portcullis")
        do throws(SupervisionError) {
            try Demo.run(options, print: { Terminal.print($0) }, say: { Terminal.complain($0) })
            return .done
        } catch {
            Terminal.complain("demo: \(error.message)")
            return ExitStatus(rawValue: error.exitStatus) ?? .unavailable
        }
    }
}
