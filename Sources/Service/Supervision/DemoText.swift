internal import Bundle
internal import JSON
internal import Registry
internal import Runtime
internal import Vocabulary

/// What a demonstration prints when everything answers: addresses, a person of each office, commands to copy.
@EventLoop
struct DemoText {
    let base: String
    let console: String
    /// How the program is called.
    let command: String
    let data: String
    let example: Example
    let book: KeyBook
    let answers: FirstAnswers

    var text: String {
        var lines = [
            "Portcullis is open.", "",
            "  clients   \(base)   (OpenAI clients add /v1)", "  console   \(console)/api",
            "  data      \(data)   (all keys and addresses: \(data)/demo.json)", "",
        ]
        lines += people() + [""] + commands()
        for wire in answers.closed {
            lines += ["", "Nobody may use a model by \(wire.rawValue) now: a cut is in force, or the rules say so."]
        }
        return (lines + ["", "Ctrl-C drains and ends."]).joined(separator: "\n")
    }

    private func people() -> [String] {
        let people = example.representatives
        let id = people.map(\.id.text.count).max() ?? 0
        let title = people.map(\.title.count).max() ?? 0
        return people.map { person in
            "  \(person.site?.description ?? "--")  " + padded(person.id.text, id) + "  " + padded(person.title, title)
                + "  "
                + (key(of: person) ?? "-")
        }
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    // MARK: Commands

    private func commands() -> [String] {
        var commands: [(about: String, line: String)] = []
        if let found = answers.find(.openai, vendor: VendorID("openai")) ?? answers.find(.openai) {
            commands.append(("\(found.model) for \(who(found.person))", curl(found.person, found.model, .openai)))
        }
        if let (person, model) = refused() {
            commands.append(
                (
                    "\(model) for the same desk in \(place(person)): refused, with every ground",
                    curl(person, model, .anthropic)
                ))
        }
        if let found = answers.find(.anthropic) {
            commands.append(
                (
                    "\(found.model) for \(who(found.person)), streaming",
                    curl(found.person, found.model, .anthropic, streaming: true)
                ))
            let vendor = example.bundle.registry.models[found.model]?.developer.text ?? ""
            commands.append(
                (
                    "cut \(vendor) off for everyone in \(place(found.person)), with a receipt",
                    "\(quoted(command)) cut --data \(quoted(data)) --vendor \(vendor) --territory \(place(found.person)) --reason 'notice of the vendor' --basis \(quoted(example.notice))"
                ))
        }
        if let reference = answers.reference {
            commands.append(
                (
                    "why an exchange was allowed, and whether the ledger is whole",
                    "\(quoted(command)) explain \(reference) --data \(quoted(data)); \(quoted(command + "-verify")) \(quoted(data))"
                ))
        }
        return commands.flatMap { ["  # " + $0.about, "  " + $0.line] }
    }

    /// A representative who may not use a model of the second protocol that somebody else may.
    private func refused() -> (PeopleFile.Entry, ModelID)? {
        guard let model = answers.find(.anthropic)?.model else { return nil }
        return answers.permitted.first { !$0.models.contains(model) }.map { ($0.person, model) }
    }

    private func who(_ person: PeopleFile.Entry) -> String { person.name + ", " + person.title }
    private func place(_ person: PeopleFile.Entry) -> String { person.site?.description ?? "-" }
    private func key(of person: PeopleFile.Entry) -> String? { person.accounts.first.flatMap { book.key(of: $0.text) } }

    private func curl(_ person: PeopleFile.Entry, _ model: ModelID, _ wire: WireProtocol, streaming: Bool = false)
        -> String
    {
        let body = String(decoding: wire.greeting(model, streaming: streaming), as: UTF8.self)
        let key = key(of: person) ?? ""
        var parts = ["curl -sS" + (streaming ? "N" : ""), base + wire.path]
        parts.append(
            wire == .openai
                ? "-H 'authorization: Bearer \(key)'" : "-H 'x-api-key: \(key)' -H 'anthropic-version: 2023-06-01'")
        parts += ["-H 'content-type: application/json'", "-d '\(body)'"]
        return parts.joined(separator: " ")
    }

    /// As a word of the shell.
    private func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2F, 0x2E, 0x2D, 0x5F, 0x2B, 0x3A, 0x40: true
            default: false
            }
        }
        return isPlain && !text.isEmpty
            ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
