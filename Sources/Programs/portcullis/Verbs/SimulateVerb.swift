internal import Simulator

/// Reads its own command line: the simulator shares nothing with the gate.
enum SimulateVerb: Verb {
    static let name = "simulate"
    static let summary = "play a vendor on loopback, strictly, with a byte log (docs/simulator.md)"
    static let options: [Option] = []
    static let operandNames = "--vendor V --listen ADDR:PORT --api-key-file FILE --byte-log FILE …"
    static let operandCount = 0...0

    static var help: String { "\(summary)\n\n\(SimulatorOptions.usage)\n" }

    static func start(_ words: [String]) -> ExitStatus {
        if words.contains("--help") || words.contains("-h") {
            Terminal.print(help)
            return .done
        }
        do throws(SimulatorError) {
            let options = try SimulatorOptions.parse(words)
            try Simulator.run(options) { address in
                Terminal.print("simulated \(options.vendor.name) listens on http://\(address)")
            }
            return .done
        } catch {
            Terminal.complain("simulate: \(error.message)")
            return ExitStatus(rawValue: error.exitStatus) ?? .unavailable
        }
    }

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus { .usage }
}
