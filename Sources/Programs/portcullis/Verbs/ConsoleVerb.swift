internal import Administration
internal import Installation
internal import Transport
internal import Vocabulary

/// The console process; `up` starts it.
enum ConsoleVerb: Verb {
    static let name = "console"
    static let summary = "run the console: /api, activation of bundles, cut-offs (`up` starts it)"
    static let options: [Option] = [
        .data, Option("--listen", "ADDR:PORT", "where /api answers over TCP; the setting `console_listen` otherwise"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let folder = DataFolder(arguments["--data"] ?? "")
        do {
            let settings = try Settings.load(folder)
            let text = arguments["--listen"] ?? settings.consoleListen
            guard let listen = SocketAddress(text) else {
                throw Arguments.Fault(message: "--listen is \(text), not ADDRESS:PORT such as 127.0.0.1:8081")
            }
            try ConsoleNode.run(
                ConsoleOptions(folder: folder, listen: listen, settings: settings, version: Program.version))
            return .done
        } catch let error as InstallationError {
            Terminal.complain("console: \(error.message)")
        } catch let error as ConsoleError {
            Terminal.complain("console: \(error.message)")
            if case .fenced = error { return .crashed }
        } catch let fault as Arguments.Fault {
            throw fault
        } catch {
            Terminal.complain("console: \(error)")
        }
        return .unavailable
    }
}
