internal import Archive
internal import Bundle
internal import CBOR
internal import Files
internal import Installation
internal import JSON
internal import Ledger
internal import Runtime
internal import Storage
internal import Stores
internal import Telemetry
internal import Vocabulary

/// How the installation is, what it has raised, and why something was decided.
extension Console {
    private struct Counts: Sendable {
        var revision: UInt64
        var terms: String?
        var people: Int
        var keys: Int
    }

    func status(_ call: APICall) async throws(Problem) -> Reply {
        let counts = try await store { store throws(StorageError) in
            Counts(
                revision: try store.revision(), terms: try store.currentTerms()?.date, people: try store.peopleCount(),
                keys: try store.keyCount())
        }
        let bundle = try await bundle()
        let gateways = await links.send("GET", "/control/status")
        let programs = await programs()
        var problems = ledger.isWell ? [] : ["the ledger takes no records"]
        if bundle == nil { problems.append("no bundle is active") }
        if gateways.isEmpty { problems.append("no gateway runs") }
        for gateway in gateways {
            guard gateway.isSuccess else {
                let why = programs.first { $0.name == gateway.node.text }?.problem
                problems.append(why ?? "\(gateway.node) does not answer")
                continue
            }
            for problem in gateway.json?["problems"]?.elements.map(\.string) ?? [] {
                problems.append("\(gateway.node): \(problem ?? "")")
            }
        }
        let inForce = cuts.inForce
        return Reply { object in
            object.member("node", "console")
            object.member("ready", problems.isEmpty)
            object.member("problems", array: { list in for problem in problems { list.string(problem) } })
            object.member("revision", counts.revision)
            object.key("bundle")
            if let bundle {
                object.object { entry in
                    entry.member("hash", bundle.hash.hexadecimal)
                    entry.member("name", bundle.name)
                }
            } else {
                object.null()
            }
            object.member("terms", counts.terms)
            object.member(
                "gateways",
                array: { list in
                    for gateway in gateways {
                        list.object { entry in
                            entry.member("node", gateway.node.text)
                            entry.member("reachable", gateway.isSuccess)
                            entry.member("revision", gateway.json?["revision"]?.integer ?? 0)
                            entry.member("policy", gateway.json?["policy"]?.string)
                            entry.member("open_answers", gateway.json?["open_answers"]?.integer ?? 0)
                        }
                    }
                })
            Console.write(programs, to: &object)
            object.member("cuts_in_force", inForce)
            object.member("people", counts.people)
            object.member("keys", counts.keys)
        }
    }

    private static func write(_ programs: [ProgramState], to object: inout JSONWriter) {
        object.member("programs", array: { list in for program in programs { list.object { program.write(to: &$0) } } })
    }

    /// What the supervisor knows of the programs it runs; empty without one.
    func programs() async -> [ProgramState] {
        let path = folder.programs
        let states = try? await archive.run { _ in
            // A file that is not there yet says that nothing has happened.
            (try? WholeFile.read(path, limit: ProgramStates.maximumBytes)).map { ProgramStates.decoded($0) } ?? []
        }
        return states ?? []
    }

    /// When the newest backup was made; nil when none is known of.
    func lastBackup() async -> Instant? {
        let path = folder.lastBackup
        let text = try? await archive.run { _ in
            // Before the first backup there is no such file.
            (try? WholeFile.read(path, limit: 64)).map { String(decoding: $0, as: UTF8.self) }
        }
        return (text ?? nil)?.split(separator: "\n").first.flatMap { Instant($0) }
    }

    // MARK: Alerts

    func listAlerts(_ call: APICall) async throws(Problem) -> Reply {
        let page = call.page
        let filter = ControlStore.AlertFilter(
            kind: call.query["kind"], person: call.query["person"].flatMap { PersonID($0) },
            since: call.query["since"].flatMap { Instant($0) })
        let found = try await store { store throws(StorageError) in
            try store.alerts(where: filter, before: page.afterNumber, limit: page.limit)
        }
        return Page(found, page, number: \.id).reply { alert, entry in
            entry.member("id", alert.id)
            entry.member("at", alert.at.description)
            entry.member("kind", alert.kind)
            entry.member("person", alert.person?.text)
            entry.member("detail", alert.detail)
        }
    }

    /// From a gateway, which has recorded it.
    func takeAlert(_ call: APICall) async throws(Problem) -> Reply {
        let body = try call.reader()
        let node = try body.text("node")
        let kind = try body.text("kind")
        let detail = try body.text("detail")
        let person: PersonID? = try body.optionalID("person")
        let at = try body.instant("at") ?? now()
        // A supervisor has no ledger of its own; gateways have recorded theirs.
        if node == "supervisor" {
            try await record(
                .alert, [("detail", .text(detail)), ("kind", .text(kind)), ("node", .text("supervisor"))],
                by: call.actor)
        }
        let number = try await store { store throws(StorageError) in
            try store.raise(alert: kind, person: person, detail: detail, at: at)
        }
        notices.alert(number, kind, person: person, node: node, at: at)
        return Reply { $0.member("taken", true) }
    }
}
