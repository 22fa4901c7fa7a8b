internal import Bundle
internal import DecisionCases

enum DecideVerb: Verb {
    /// LIMIT: bytes of a file of cases.
    private static let maximumCases = 1 << 30

    static let name = "decide"
    static let summary =
        "answer decision cases on a bundle's rules, one JSON line each (docs/formats/decision-cases.md)"
    static let options: [Option] = [
        Option("--bundle", "DIR", required: true, "the folder of the bundle"),
        Option("--cases", "FILE|-", required: true, "one case a line"), .json,
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        var cases = DecisionCases(bundle: try BundleInput.require(arguments["--bundle"] ?? ""))
        let path = arguments["--cases"] ?? ""
        let lines = try Input.bytes(path, limit: maximumCases).split(separator: 0x0A, omittingEmptySubsequences: false)
        var output: [UInt8] = []
        var status = ExitStatus.done
        for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
            do throws(DecisionCasesError) {
                output += try cases.answer(Array(line)) + [0x0A]
            } catch {
                Terminal.complain("decide: \(path):\(index + 1): \(error)")
                status = .usage
            }
            guard output.count >= 1 << 16 else { continue }
            Terminal.print(bytes: output)
            output = []
        }
        Terminal.print(bytes: output)
        return status
    }
}
