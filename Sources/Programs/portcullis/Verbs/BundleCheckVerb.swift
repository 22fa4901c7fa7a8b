internal import Bundle
internal import JSON
internal import Vocabulary
internal import YAML

enum BundleCheckVerb: Verb {
    static let name = "bundle check"
    static let summary = "read a bundle and print everything that is wrong with it, as file:line:column"
    static let options: [Option] = [.json]
    static let operandNames = "DIR"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let result = try BundleInput.load(arguments.operands[0])
        if arguments.has("--json") {
            Terminal.print(bytes: json(result) + [0x0A])
        } else {
            switch result {
            case .success(let bundle): Terminal.print("\(bundle.name) is sound, \(bundle.hash)")
            case .failure(let faults): Terminal.print(faults.text)
            }
        }
        if case .failure = result { return .no }
        return .done
    }

    private static func json(_ result: Result<Bundle, BundleInput.Faults>) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch result {
            case .success(let bundle):
                writer.member("sound", true)
                writer.member("name", bundle.name)
                writer.member("hash", bundle.hash.description)
            case .failure(let faults):
                writer.member("sound", false)
                writer.member(
                    "faults",
                    array: { writer in for fault in faults.all { writer.object { write(fault, &$0) } } })
            }
        }
        return writer.bytes
    }

    private static func write(_ fault: BundleFault, _ writer: inout JSONWriter) {
        writer.member("file", fault.file)
        if let position = fault.position {
            writer.member("line", position.line)
            writer.member("column", position.column)
        }
        writer.member("message", fault.message)
    }
}
