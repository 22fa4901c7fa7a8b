internal import Glibc

/// What the command line said, checked against what the verb understands.
struct Arguments {
    private var values: [String: [String]] = [:]
    private var switches: Set<String> = []
    private(set) var operands: [String] = []

    /// Why a verb does not do its work: mostly what is wrong with the command line.
    struct Fault: Error {
        /// One line with its remedy; empty when all is said.
        let message: String
        var status = ExitStatus.usage
    }

    /// - Parameter operands: how many words without dashes the verb takes.
    init(_ words: [String], options: [Option], operands allowed: ClosedRange<Int>, operandNames: String) throws(Fault) {
        var rest = words[...]
        var onlyOperands = false
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-", !onlyOperands else {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            guard let option = options.first(where: { $0.name == parts[0] }) else {
                throw Fault(
                    message: "unknown option \(parts[0]); known are \(options.map(\.name).joined(separator: ", "))")
            }
            if option.value == nil {
                guard parts.count == 1 else { throw Fault(message: "\(option.name) takes no value") }
                switches.insert(option.name)
            } else if let value = parts.count == 2 ? parts[1] : rest.popFirst() {
                values[option.name, default: []].append(value)
            } else {
                throw Fault(message: "\(option.name) needs a value: \(option.name) \(option.value ?? "")")
            }
        }
        guard allowed.contains(operands.count) else {
            throw Fault(message: operandNames.isEmpty ? "takes no operands" : "expected \(operandNames)")
        }
        for option in options where values[option.name] == nil {
            if let name = option.environment, let value = getenv(name) {
                values[option.name] = [String(cString: value)]
            }
            if option.isRequired, values[option.name] == nil {
                let other = option.environment.map { " or set \($0)" } ?? ""
                throw Fault(message: "\(option.name) is missing; give \(option.name) \(option.value ?? "")\(other)")
            }
        }
    }

    /// The last one given.
    subscript(_ name: String) -> String? { values[name]?.last }
    func all(_ name: String) -> [String] { values[name] ?? [] }
    func has(_ name: String) -> Bool { switches.contains(name) }

    func number(_ name: String, in range: ClosedRange<Int>, default value: Int) throws(Fault) -> Int {
        guard let text = self[name] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw Fault(message: "\(name) is \(text), not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The last one given, read; nil when there is none.
    /// - Parameter expected: what `read` takes, in words.
    func value<Value>(_ name: String, _ expected: String, _ read: (String) -> Value?) throws(Fault) -> Value? {
        guard let text = self[name] else { return nil }
        guard let value = read(text) else { throw Fault(message: "\(name) is \(text); it must be \(expected)") }
        return value
    }
}
