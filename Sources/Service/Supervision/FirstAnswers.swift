internal import Bundle
internal import JSON
internal import Registry
internal import Runtime
internal import Transport
internal import Vocabulary

/// The first requests of a demonstration, sent as its people would send them: what each office may use, and one answer
/// by each protocol.
@EventLoop
struct FirstAnswers {
    /// Models that a person may use now, in the gate's order.
    private(set) var permitted: [(person: PeopleFile.Entry, models: [ModelID])] = []
    /// A reference to an exchange that was answered.
    private(set) var reference: String?
    /// Protocols by which nobody may use anything now: a cut, or the rules.
    private(set) var closed: [WireProtocol] = []

    private let client: GateClient
    private let address: SocketAddress
    private let example: Example
    private let book: KeyBook

    init(_ client: GateClient, _ address: SocketAddress, _ example: Example, _ book: KeyBook) {
        self.client = client
        self.address = address
        self.example = example
        self.book = book
    }

    enum Problem: Error {
        case status(Int)
        case fault(String)

        var text: String {
            switch self {
            case .status(let status): "\(status)"
            case .fault(let code): code
            }
        }
    }

    /// Throws when anything that should be answered is not; may be called again.
    mutating func ask() async throws(Problem) {
        permitted = []
        closed = []
        for person in example.representatives { try await list(for: person) }
        for wire in Set(example.bundle.registry.deployments.values.map(\.wireProtocol)).sorted(by: {
            $0.rawValue < $1.rawValue
        }) {
            try await ask(by: wire)
        }
    }

    private mutating func list(for person: PeopleFile.Entry) async throws(Problem) {
        guard let key = key(of: person) else { return }
        let reply = try await send(GateClient.Call(path: "/v1/models", key: key))
        var parser = JSONParser()
        // An answer that cannot be read is one without models.
        let data = (try? parser.parse(reply.body))?.root["data"]
        let models = (data.map { Array($0.elements) } ?? []).compactMap { $0["id"]?.string.flatMap { ModelID($0) } }
        permitted.append((person, models))
    }

    private mutating func ask(by wire: WireProtocol) async throws(Problem) {
        if let found = find(wire) { return reference = try await answer(found.person, found.model, wire) }
        // None of the representatives: perhaps one of the others.
        let seen = Set(permitted.map(\.person.id))
        for person in example.people.people where !seen.contains(person.id) {
            try await list(for: person)
            if let found = find(wire) { return reference = try await answer(found.person, found.model, wire) }
        }
        closed.append(wire)
    }

    /// The first person who may use a model of this protocol.
    func find(_ wire: WireProtocol, vendor: VendorID? = nil) -> (person: PeopleFile.Entry, model: ModelID)? {
        for (person, models) in permitted {
            if let model = models.first(where: { speaks($0, wire) && (vendor == nil || developer($0) == vendor) }) {
                return (person, model)
            }
        }
        return nil
    }

    private func speaks(_ model: ModelID, _ wire: WireProtocol) -> Bool {
        example.bundle.registry.candidates(for: .model(model)).contains { $0.wireProtocol == wire }
    }

    private func developer(_ model: ModelID) -> VendorID? { example.bundle.registry.models[model]?.developer }

    private func key(of person: PeopleFile.Entry) -> String? {
        person.accounts.first.flatMap { book.key(of: $0.text) }
    }

    private func answer(_ person: PeopleFile.Entry, _ model: ModelID, _ wire: WireProtocol) async throws(Problem)
        -> String?
    {
        guard let key = key(of: person) else { return nil }
        var call = GateClient.Call(method: "POST", path: wire.path, key: key)
        if wire == .anthropic { call.fields = [("anthropic-version", "2023-06-01")] }
        call.body = wire.greeting(model)
        return try await send(call).reference
    }

    private func send(_ call: GateClient.Call) async throws(Problem) -> GateClient.Reply {
        let reply: GateClient.Reply
        do throws(ClientFault) { reply = try await client.send(call, to: address) } catch { throw .fault(error.code) }
        guard reply.status == 200 else { throw .status(reply.status) }
        return reply
    }
}

extension WireProtocol {
    var path: String { self == .openai ? "/v1/chat/completions" : "/v1/messages" }

    /// The smallest request.
    func greeting(_ model: ModelID, streaming: Bool = false) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("model", model.text)
            if self == .anthropic { object.member("max_tokens", streaming ? 100 : 8) }
            if streaming { object.member("stream", true) }
            object.member(
                "messages",
                array: { list in
                    list.object {
                        $0.member("role", "user")
                        $0.member("content", "Good morning")
                    }
                })
        }
        return writer.bytes
    }
}
