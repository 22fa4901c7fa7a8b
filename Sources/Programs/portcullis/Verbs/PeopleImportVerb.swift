internal import Identity
internal import Vocabulary

/// Joiners, movers and leavers out of a personnel system's file.
enum PeopleImportVerb: Verb {
    static let name = "people import"
    static let summary =
        "take joiners, movers and leavers over from a CSV file (docs/formats/people-csv.md); leavers lose their keys and "
        + "sessions at once"
    static let options: [Option] = [
        Option("--dry-run", nil, "say exactly what would change, and change nothing"),
        Option("--complete", nil, "the file names everybody: whoever is not in it leaves"),
        Option("--most-leavers", "NUMBER", "how many may leave by one file; 100 unless given"),
        .data, .json,
    ]
    static let operandNames = "FILE|-"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        var rules = PeoplePlan.Rules(isComplete: arguments.has("--complete"), mostLeavers: 100)
        if let text = arguments["--most-leavers"] {
            guard let number = Int(text), number >= 0 else {
                throw Arguments.Fault(message: "--most-leavers: expected a number, found \(text)", status: .usage)
            }
            rules.mostLeavers = number
        }
        let name = arguments.operands[0]
        let bytes = try Input.bytes(name, limit: PersonnelFile.longest)
        let file: PersonnelFile
        do throws(PersonnelFile.Refusal) { file = try PersonnelFile(bytes) } catch {
            throw Arguments.Fault(message: "\(name):\(error.line): \(error.problem)", status: .usage)
        }
        let directory = KnownPeople(
            people: try console.list("/api/people"), accounts: try console.list("/api/accounts"))
        let plan: PeoplePlan
        do throws(PeoplePlan.TooManyLeavers) {
            plan = try PeoplePlan(file, people: directory.people, accounts: directory.accounts, rules: rules)
        } catch {
            throw Arguments.Fault(
                message:
                    "\(error.count) people would leave and at most \(error.most) may by one file; if that is right, "
                    + "give --most-leavers \(error.count)", status: .no)
        }
        let isDry = arguments.has("--dry-run")
        if !isDry { try apply(plan, console) }
        if console.isJSON {
            Terminal.print(bytes: plan.json(isApplied: !isDry) + [0x0A])
        } else {
            Terminal.print(plan.text)
        }
        return plan.refused.isEmpty ? .done : .no
    }

    /// LIMIT: people of one call; each comes with its accounts.
    private static let atOnce = 1_000

    /// Leavers first: whatever stops the rest, they are out.
    private static func apply(_ plan: PeoplePlan, _ console: Console) throws(Arguments.Fault) {
        for changes in [plan.deactivated, plan.added, plan.changed] {
            for start in stride(from: 0, to: changes.count, by: atOnce) {
                let part = changes[start..<min(changes.count, start + atOnce)]
                _ = try console.call("PUT", "/api/people", body: PeoplePlan.body(part))
            }
        }
    }
}
