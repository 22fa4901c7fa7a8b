internal import HTTP
internal import Identity
internal import JSON
internal import Runtime
internal import Telemetry
internal import Transport
internal import Vocabulary

/// The way of a call: which operation, who calls, may they, is what they sent sound; then the operation itself.
extension Console {
    /// What goes back.
    private struct Answer {
        var status: Int
        var fields: [(name: String, value: String)]
        var body: [UInt8]
    }

    func begin(_ exchange: ServerExchange) {
        if operations.answers(exchange) { return }
        EventLoop.spawn {
            let answer: Answer
            do throws(Problem) { answer = try await self.serve(exchange) } catch {
                answer = Console.answer(error, exchange.head)
            }
            exchange.respond(status: answer.status, fields: answer.fields, body: answer.body)
        }
    }

    private static func answer(_ problem: Problem, _ head: RequestHead) -> Answer {
        var fields = [(name: "content-type", value: Problem.mediaType), (name: "cache-control", value: "no-store")]
        if problem.code == .unauthenticated { fields.append((name: "www-authenticate", value: "Bearer")) }
        return Answer(
            status: problem.code.status, fields: fields + problem.headers,
            body: problem.body(instance: String(head.path)))
    }

    private static func answer(_ reply: Reply, _ operation: Operation, _ conditions: EntityTag.Conditions) -> Answer {
        var fields = [(name: "content-type", value: "application/json")]
        guard operation.isTagged else {
            fields.append((name: "cache-control", value: "no-store"))
            return Answer(status: reply.status, fields: fields, body: reply.body)
        }
        let tag = EntityTag(of: reply.body)
        fields += [(name: "cache-control", value: "private, no-cache"), (name: "etag", value: tag.text)]
        if operation.method == .get, conditions.has(tag) { return Answer(status: 304, fields: fields, body: []) }
        return Answer(status: reply.status, fields: fields, body: reply.body)
    }

    private func serve(_ exchange: ServerExchange) async throws(Problem) -> Answer {
        let head = exchange.head
        let (operation, path) = try route(head)
        let bearer = try Console.bearer(head)
        let actor = try await actor(exchange, operation, bearer)
        try CallReader.checkHead(of: head, operation)
        let query = try CallReader.query(head.query, operation)
        let body = try await body(of: exchange, operation)
        let call = APICall(
            operation: operation, path: path, query: query, body: body,
            json: try CallReader.json(body, operation), conditions: EntityTag.Conditions(head.fields), actor: actor,
            bearer: bearer)
        let reply: Reply
        if operation.isIdempotent,
            let ticket = try idempotency.ticket(head, body: body, caller: Console.name(of: actor))
        {
            reply = try await idempotency.once(ticket, self) { () async throws(Problem) in
                try await operation.serve(self, call)
            }
        } else {
            reply = try await operation.serve(self, call)
        }
        return Console.answer(reply, operation, call.conditions)
    }

    private func route(_ head: RequestHead) throws(Problem) -> (Operation, path: [String: String]) {
        switch router.match(head.method, head.path) {
        case .found(let operation, let path): return (operation, path)
        case .nothing: throw .notFound("there is no \(head.path) here; GET /api/openapi.json lists the calls")
        case .otherMethods(let methods):
            var problem = Problem(.methodNotAllowed, "\(head.method) is not a method of this path")
            problem.headers = [(name: "allow", value: methods.joined(separator: ", "))]
            throw problem
        }
    }

    private func body(of exchange: ServerExchange, _ operation: Operation) async throws(Problem) -> [UInt8] {
        guard exchange.head.body != .none else { return [] }
        let body: [UInt8]
        do throws(ServerExchange.BodyFailure) { body = try await exchange.body() } catch {
            throw Problem(.badBody, "the body did not arrive whole")
        }
        try CallReader.checkLength(body.count, operation)
        return body
    }

    // MARK: Who

    /// Whoever calls, with the right to. Nothing of what was sent is looked at before.
    private func actor(
        _ exchange: ServerExchange, _ operation: Operation, _ bearer: String?
    ) async throws(Problem) -> APICall.Actor {
        let peer = try peer(exchange)
        var caller: Directory.Caller?
        switch operation.access {
        case .anyone, .ownKey: return APICall.Actor(peer: peer, caller: nil, at: now())
        case .installation:
            guard peer != nil, bearer == nil else {
                throw Problem(.forbidden, "this call is for the programs of the installation")
            }
        case .anybody(let termsFirst):
            if let bearer { caller = try await self.caller(bearer, asksTerms: termsFirst) }
        case .right, .rightOrOwn:
            if let bearer { caller = try await self.caller(bearer, asksTerms: true) }
        }
        guard peer != nil || caller != nil else {
            throw Problem(.unauthenticated, "send your key as `Authorization: Bearer …`")
        }
        let actor = APICall.Actor(peer: peer, caller: caller, at: now())
        if case .right(let right) = operation.access { try actor.require(right) }
        return actor
    }

    /// The user at the other end of the Unix socket; nil over TCP. Others than the own user and root are turned away.
    private func peer(_ exchange: ServerExchange) throws(Problem) -> UInt32? {
        guard exchange.peer.bytes == nil else { return nil }
        guard let user = exchange.peer.peerUser, ConsoleOperations.isTrusted(user) else {
            throw Problem(.forbidden, "this socket is for the user that runs portcullis")
        }
        return user
    }

    private static func bearer(_ head: RequestHead) throws(Problem) -> String? {
        guard let field = head.fields.value(of: "authorization") else { return nil }
        guard head.fields.count(of: "authorization") == 1, field.utf8.count > 7,
            field.prefix(7).lowercased() == "bearer "
        else { throw Problem(.unauthenticated, "send your key as `Authorization: Bearer …`") }
        return String(field.dropFirst(7))
    }

    /// Whose idempotency keys these are.
    private static func name(of actor: APICall.Actor) -> String {
        if let account = actor.caller?.account.id { return "account " + account.text }
        return "uid \(actor.peer.map { "\($0)" } ?? "-")"
    }
}
