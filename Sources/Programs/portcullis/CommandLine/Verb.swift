internal import Glibc

/// One subcommand.
protocol Verb {
    /// One or two words: `cut`, `bundle check`.
    static var name: String { get }
    static var summary: String { get }
    static var options: [Option] { get }
    /// How the operands are written in the help, and how many there may be.
    static var operandNames: String { get }
    static var operandCount: ClosedRange<Int> { get }
    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus
    static var help: String { get }
    /// Reads the words behind the verb's name, and runs it.
    static func start(_ words: [String]) -> ExitStatus
}

extension Verb {
    static func start(_ words: [String]) -> ExitStatus {
        if words.contains("--help") || words.contains("-h") {
            Terminal.print(help)
            return .done
        }
        do throws(Arguments.Fault) {
            return try run(try Arguments(words, options: options, operands: operandCount, operandNames: operandNames))
        } catch {
            if !error.message.isEmpty { Terminal.complain("\(name): \(error.message)") }
            return error.status
        }
    }

    static var help: String {
        var text = "portcullis \(name)\(operandNames.isEmpty ? "" : " " + operandNames)\n\n\(summary)\n"
        if !options.isEmpty { text += "\n" }
        let names = options.map { $0.name + ($0.value.map { " " + $0 } ?? "") }
        let width = names.map(\.count).max() ?? 0
        for (option, name) in zip(options, names) {
            let environment = option.environment.map { " [\($0)]" } ?? ""
            let padding = String(repeating: " ", count: width - name.count)
            text += "  \(name)\(padding)  \(option.help)\(environment)\n"
        }
        return text
    }
}
