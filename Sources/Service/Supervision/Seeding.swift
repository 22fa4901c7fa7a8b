internal import Bundle
internal import JSON
internal import Runtime
internal import Vocabulary

/// Brings a control store to what the example says: the active bundle, people, terms, sources and keys. What is there
/// already stays, so that a second start changes nothing.
@EventLoop
struct Seeding {
    private static let sources: [(id: String, kind: EvidenceKind)] = [
        ("badge-demo", .badgeIn), ("hr-demo", .hrSite), ("travel-demo", .travelBooking), ("devices-demo", .gpsAttested),
        ("networks-demo", .siteNetwork), ("addresses-demo", .ipGeo),
    ]

    private let console: ConsoleCalls
    private let example: Example
    private(set) var book: KeyBook

    init(_ console: ConsoleCalls, _ example: Example, _ book: KeyBook) {
        self.console = console
        self.example = example
        self.book = book
    }

    /// The book holds what was made even when this throws.
    mutating func run() async throws(SupervisionError) {
        let isActive = try await activate()
        try await putPeople()
        let terms = try await publishTerms()
        try await putSources()
        try await makeKeys(terms)
        if !isActive { try await signAndActivate() }
        try await badgeIn()
    }

    /// Whether the example's bundle is the active one. The first of an installation needs no signature; another one in
    /// its place does.
    private func activate() async throws(SupervisionError) -> Bool {
        let active = try await console.get("/api/bundle")?["hash"]?.string
        let wanted = example.bundle.hash.description
        // With or without the algorithm's name in front.
        guard active != wanted, active.map({ "sha256:" + $0 }) != wanted else { return true }
        return try await console.postUnlessConflict("/api/bundles", cbor: example.bundle.snapshot()) != nil
    }

    /// Has the people of the example sign, with their keys, whoever of them the matrix asks for.
    private func signAndActivate() async throws(SupervisionError) {
        let proposals = try await console.get("/api/approvals")?["items"]
        for proposal in proposals.map({ Array($0.elements) }) ?? []
        where proposal["act"]?.string == "bundle.activate" && proposal["state"]?.string == "open" {
            guard let id = proposal["id"]?.string else { continue }
            for key in book.keys { try await console.tryToSign(id, key: key.text) }
        }
        _ = try await console.post("/api/bundles", cbor: example.bundle.snapshot())
    }

    // MARK: People

    private mutating func putPeople() async throws(SupervisionError) {
        if book.people == example.peopleDigest {
            let ids = Set(try await console.list("/api/people").compactMap { $0["id"]?.string })
            if example.people.people.allSatisfy({ ids.contains($0.id.text) }) { return }
        }
        let people = example.people
        _ = try await console.write("PUT", "/api/people") { body in
            body.member(
                "people",
                array: { list in
                    for person in people.people { list.object { Seeding.write(person, &$0) } }
                })
            body.member(
                "accounts",
                array: { list in
                    for person in people.people {
                        for account in person.accounts {
                            list.object {
                                $0.member("id", account.text)
                                $0.member("person", person.id.text)
                            }
                        }
                    }
                    for service in people.services {
                        list.object {
                            $0.member("id", service.account.text)
                            $0.member(
                                "accountable", array: { ids in for id in service.accountable { ids.string(id.text) } })
                        }
                    }
                })
        }
        book.people = example.peopleDigest
    }

    private static func write(_ person: PeopleFile.Entry, _ object: inout JSONWriter) {
        object.member("id", person.id.text)
        object.member("name", person.name)
        object.member("title", person.title)
        object.member("entity", person.entity.text)
        if let site = person.site { object.member("site", site.description) }
        // Two possible classes are an unknown one, which is said by saying nothing.
        if person.classes.values.count == 1, let known = person.classes.values.first {
            object.member("person_class", known.rawValue)
        }
        object.member("roles", array: { list in for role in person.roles.sorted() { list.string(role) } })
        object.member(
            "designations", array: { list in for name in person.designations.sorted() { list.string(name) } })
    }

    // MARK: Terms

    /// The date of the terms in force, at least the example's.
    private func publishTerms() async throws(SupervisionError) -> String {
        let terms = example.terms
        if let date = try await console.get("/api/terms")?["date"]?.string, date >= terms.date { return date }
        _ = try await console.write("POST", "/api/terms") {
            $0.member("date", terms.date)
            $0.member("text", terms.text)
        }
        return terms.date
    }

    // MARK: Evidence

    private mutating func putSources() async throws(SupervisionError) {
        for (id, kind) in Seeding.sources where !book.sources.contains(where: { $0.id == id }) {
            try await putSource(id, kind)
        }
    }

    private mutating func putSource(_ id: String, _ kind: EvidenceKind) async throws(SupervisionError) {
        let answer = try await console.write("PUT", "/api/sources/\(id)") {
            $0.member("kinds", array: { $0.string(kind.rawValue) })
        }
        guard let key = answer["key"]?.string else {
            throw .unanswered(call: "PUT /api/sources/\(id)", fault: "no key")
        }
        book.sources.removeAll { $0.id == id }
        book.sources.append(KeyBook.Source(id: id, kind: kind.rawValue, text: key))
    }

    /// Everybody is at their own site now.
    mutating func badgeIn() async throws(SupervisionError) {
        if try await badgeInWithKnownKey() { return }
        // The keys are of another store: all of them are made anew.
        book.sources = []
        try await putSources()
        guard try await badgeInWithKnownKey() else {
            throw .refused(call: "POST /api/evidence", status: 401, message: "the source's new key is not valid")
        }
    }

    private func badgeInWithKnownKey() async throws(SupervisionError) -> Bool {
        guard let source = book.sources.first(where: { $0.kind == EvidenceKind.badgeIn.rawValue }) else { return false }
        let people = example.people.people
        let taken = try await console.writeIfKnown("POST", "/api/evidence", key: source.text) { body in
            body.member(
                "evidence",
                array: { list in
                    for person in people {
                        guard let site = person.site else { continue }
                        list.object {
                            $0.member("person", person.id.text)
                            $0.member("kind", EvidenceKind.badgeIn.rawValue)
                            $0.member("country", site.description)
                        }
                    }
                })
        }
        return taken != nil
    }

    // MARK: Keys

    private mutating func makeKeys(_ terms: String) async throws(SupervisionError) {
        var accepted: [String: String] = [:]
        for key in try await console.list("/api/keys") {
            guard let id = key["id"]?.string, (key["revoked"]?.string) == nil else { continue }
            accepted[id] = key["accepted_terms"]?.string ?? ""
        }
        book.keys.removeAll { accepted[$0.id] == nil }
        let wanted =
            example.people.people.flatMap { person in person.accounts.map { ($0, person.useCase) } }
            + example.people.services.map { ($0.account, $0.useCase) }
        for (account, useCase) in wanted {
            let key: KeyBook.Key
            if let known = book.keys.first(where: { $0.account == account.text }) {
                key = known
            } else {
                key = try await makeKey(account, useCase)
                book.keys.append(key)
            }
            guard accepted[key.id] != terms else { continue }
            _ = try await console.write("POST", "/api/terms/accept", key: key.text) { $0.member("date", terms) }
        }
    }

    private func makeKey(_ account: AccountID, _ useCase: UseCaseID) async throws(SupervisionError) -> KeyBook.Key {
        let answer = try await console.write("POST", "/api/keys") {
            $0.member("account", account.text)
            $0.member("use_case", useCase.text)
        }
        guard let id = answer["id"]?.string, let text = answer["key"]?.string else {
            throw .unanswered(call: "POST /api/keys", fault: "no key")
        }
        return KeyBook.Key(account: account.text, id: id, text: text)
    }
}
