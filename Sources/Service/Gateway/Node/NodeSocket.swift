internal import Bundle
internal import CBOR
internal import CutOff
internal import Glibc
internal import HTTP
internal import JSON
internal import Ledger
internal import Runtime
internal import Stores
internal import Transport
internal import Vocabulary

/// What a gateway takes from the same machine, on a Unix socket that only its own user and root may use: word of a
/// change, and cut-offs, which it obeys and records also when the console is dead.
@EventLoop
final class NodeSocket: RequestHandler {
    private let node: NodeID
    private let gateway: Gateway
    private let feed: ControlFeed

    /// LIMIT: events in one message.
    private static let maximumEvents = 10_000

    init(node: NodeID, gateway: Gateway, feed: ControlFeed) {
        self.node = node
        self.gateway = gateway
        self.feed = feed
    }

    func begin(_ exchange: ServerExchange) {
        guard let user = exchange.peer.peerUser, user == 0 || user == geteuid() else {
            return refuse(exchange, 403, "forbidden", "this socket is for the user that runs the gateway")
        }
        if gateway.operations.answers(exchange) { return }
        switch (exchange.head.method, String(exchange.head.path)) {
        case ("GET", "/control/status"): respond(exchange, status())
        case ("POST", "/control/refresh"):
            EventLoop.spawn {
                await self.feed.refresh()
                guard let problem = self.feed.problem else { return self.respond(exchange, self.status()) }
                self.refuse(exchange, 503, "unavailable", problem)
            }
        case ("POST", "/control/ended"): EventLoop.spawn { await self.takeEnded(exchange) }
        case ("POST", "/control/sessions/uses"): takeSessionUses(exchange)
        case ("POST", "/control/register"):
            EventLoop.spawn { await self.takeRegister(exchange, user) }
        default: refuse(exchange, 404, "not_found", "there is no \(exchange.head.method) of this path here")
        }
    }

    // MARK: Keys, sessions, accounts and people that stopped

    private func takeEnded(_ exchange: ServerExchange) async {
        guard let body = try? await exchange.body() else { return }
        guard let notice = EndedNotice(body) else {
            return refuse(
                exchange, 400, "bad_body", "expected a line `revision NUMBER`, then lines such as `key ID`")
        }
        let ended = gateway.changed(gateway.state.end(notice.ended, revision: notice.revision))
        var writer = JSONWriter()
        writer.object { object in
            object.member("node", node.text)
            object.member("applied_at", gateway.now().description)
            object.member("streams", ended.count)
            object.member("last_content_at", ended.lastContent?.description)
            object.member("last_reset_at", ended.lastReset?.description)
        }
        respond(exchange, writer)
    }

    /// Says which sessions were used since the last call. The console writes it down for all gateways.
    private func takeSessionUses(_ exchange: ServerExchange) {
        let uses = gateway.state.takeSessionUses()
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "uses",
                array: { list in
                    for (id, at) in uses {
                        list.object { use in
                            use.member("session", id.text)
                            use.member("at", at.description)
                        }
                    }
                })
        }
        respond(exchange, writer)
    }

    // MARK: Cut-offs

    private func takeRegister(_ exchange: ServerExchange, _ user: UInt32) async {
        let events: [CutEvent]
        do {
            events = try NodeSocket.events(try await exchange.body())
        } catch let error as ServerExchange.BodyFailure {
            _ = error
            return
        } catch {
            return refuse(exchange, 400, "bad_field", "events: \(error)")
        }
        let isNew = gateway.state.takeEmergency(events)
        var ended = Gateway.Ended()
        if isNew {
            var change = NodeState.Change()
            change.everything = true
            ended = gateway.changed(change)
        }
        let applied = gateway.now()
        do throws(LedgerError) {
            let log = try await gateway.ledger.log(for: NodeLedger.register)
            let index = try await record(events, isNew, ended, user, log)
            try await log.durable(through: index)
            respond(
                exchange,
                Acknowledgement(node: node, applied: applied, ended: ended, log: log.identity.origin, index: index).body
            )
        } catch {
            refuse(
                exchange, 503, "not_recordable", "the cut-off holds here, and its record failed: \(error.description)")
        }
    }

    private func record(
        _ events: [CutEvent], _ isNew: Bool, _ ended: Gateway.Ended, _ user: UInt32, _ log: LedgerLog
    ) async throws(LedgerError) -> UInt64 {
        let actor = RecordedActor(peer: user)
        let lease = gateway.state.lease
        let next = log.nextIndex
        if isNew {
            for event in events {
                let type: RecordType = if case .cut = event { .cut } else { .reopen }
                _ = try await log.act(
                    type, ActRecord(actor: actor, about: .map([("event", .bytes(event.encoded))])), lease: lease)
            }
        }
        var index = log.nextIndex
        for event in events {
            guard case .cut(_, let cut) = event else { continue }
            index = try await log.act(
                .cutAcknowledged,
                ActRecord(
                    actor: actor,
                    about: .map([
                        ("cut", .text(cut.id.text)), ("index", .unsigned(next)),
                        ("streams", .unsigned(UInt64(ended.count))),
                    ])), lease: lease)
        }
        return min(index, log.nextIndex - 1)
    }

    /// A CBOR array of byte strings, each an event as CutOff encodes it.
    private static func events(_ body: [UInt8]) throws -> [CutEvent] {
        guard let items = try CBOR.decode(body).asArray, !items.isEmpty, items.count <= maximumEvents else {
            throw CutOffError.undecodable(path: "events", expected: "an array of 1 to \(maximumEvents) byte strings")
        }
        return try items.map { item in
            guard let bytes = item.asBytes else {
                throw CutOffError.undecodable(path: "events", expected: "byte strings")
            }
            return try CutEvent(encoded: bytes)
        }
    }

    private struct Acknowledgement {
        var node: NodeID
        var applied: Instant
        var ended: Gateway.Ended
        var log: String
        var index: UInt64

        var body: JSONWriter {
            var writer = JSONWriter()
            writer.object { object in
                object.member("node", node.text)
                object.member("applied_at", applied.description)
                object.member("last_content_at", ended.lastContent?.description)
                object.member("last_reset_at", ended.lastReset?.description)
                object.member("streams", ended.count)
                object.member("log", log)
                object.member("index", index)
            }
            return writer
        }
    }

    // MARK: Answers

    private func status() -> JSONWriter {
        let problems = gateway.operations.problems()
        var writer = JSONWriter()
        writer.object { object in
            object.member("node", node.text)
            object.member("revision", gateway.state.revision)
            object.member("policy", gateway.state.bundle.hash.hexadecimal)
            object.member("open_answers", gateway.open.count)
            object.member("register_events", gateway.state.register.count)
            object.member("problems", array: { list in for problem in problems { list.string(problem) } })
        }
        return writer
    }

    private func respond(_ exchange: ServerExchange, _ writer: JSONWriter) {
        exchange.respond(status: 200, fields: [("content-type", "application/json")], body: writer.bytes)
    }

    private func refuse(_ exchange: ServerExchange, _ status: Int, _ code: String, _ message: String) {
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "error",
                object: { error in
                    error.member("code", code)
                    error.member("message", message)
                })
        }
        exchange.respond(status: status, fields: [("content-type", "application/json")], body: writer.bytes)
    }
}
