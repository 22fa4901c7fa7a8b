internal import Archive
internal import Bundle
internal import Bytes
internal import CBOR
internal import Crypto
internal import HTTP
internal import Identity
internal import Installation
internal import JSON
internal import Ledger
internal import Runtime
internal import Storage
internal import Stores
internal import Telemetry
internal import Transport
internal import Vocabulary

/// The administration of an installation: `/api`, over the Unix socket of the data folder and over TCP.
///
/// INVARIANT: what loosens (a key, an acceptance, a bundle, a reopening) is recorded before it takes effect; what
/// tightens (a cut-off, a revocation) takes effect also when its record fails, and the answer says so.
@EventLoop
final class Console: RequestHandler {
    let folder: DataFolder
    let links: GatewayLinks
    let ledger: NodeLedger
    let archive: Confined<ArchiveReader>
    let cuts: CutDesk
    let approvals: ApprovalDesk
    let notices: NoticeDesk
    let logger: Logger
    private let storeThread: Confined<ControlStore>
    private let pepper: HMAC
    /// Signs what is activated.
    let seal: BundleSeal
    private var operations: ConsoleOperations
    private let routes = Routes.all

    init(
        folder: DataFolder, ledger: NodeLedger, store: Confined<ControlStore>, archive: Confined<ArchiveReader>,
        cuts: CutDesk, notices: NoticeDesk, secrets: Secrets, logger: Logger, operations: ConsoleOperations
    ) {
        self.folder = folder
        self.ledger = ledger
        storeThread = store
        approvals = ApprovalDesk(store: store, ledger: ledger, notices: notices)
        self.archive = archive
        self.cuts = cuts
        self.notices = notices
        self.logger = logger
        pepper = HMAC(key: secrets.pepper)
        seal = BundleSeal(seed: secrets.bundleSeed)
        self.operations = operations
        links = GatewayLinks(folder: folder)
    }

    /// Has `/metrics` answer for the whole installation.
    func report(_ own: Metrics) {
        operations.metrics = { [unowned self] in
            // One that hangs must not cost the figures of the others: a scrape waits for ten seconds at the most.
            let gateways = await links.send("GET", "/metrics", patienceSeconds: 3)
            let programs = await programs()
            let lastBackup = await lastBackup()
            return ConsoleMetrics.text(
                own: own.rendered(), gateways: gateways, programs: programs, lastBackup: lastBackup)
        }
    }

    func now() -> Instant { Instant(nanoseconds: Clocks.wall) }

    /// Records of the console are made under no policy state of its own.
    nonisolated static let lease = Lease(epoch: 0, id: 0, until: 0)

    // MARK: Calls

    func begin(_ exchange: ServerExchange) {
        if operations.answers(exchange) { return }
        EventLoop.spawn {
            do throws(APIError) {
                let answer = try await self.serve(exchange)
                exchange.respond(status: 200, fields: Console.fields, body: answer.bytes)
            } catch {
                exchange.respond(status: error.status, fields: Console.fields, body: error.body)
            }
        }
    }

    private nonisolated static let fields: [(name: String, value: String)] = [
        ("content-type", "application/json"), ("cache-control", "no-store"),
    ]

    private func serve(_ exchange: ServerExchange) async throws(APIError) -> JSONWriter {
        let head = exchange.head
        let parts = head.path.split(separator: "/").map { String($0) }
        guard let match = routes.first(where: { $0.matches(head.method, parts) }) else {
            guard routes.contains(where: { $0.matches(nil, parts) }) else {
                throw .notFound("there is no \(head.path) here; docs/formats/api.md lists the calls")
            }
            throw APIError(405, "method_not_allowed", "\(head.method) is not a method of this path")
        }
        let bearer = try Console.bearer(head)
        var actor = APICall.Actor(peer: try peer(exchange))
        if match.who == .person, let bearer { actor.caller = try await caller(bearer, asksTerms: true) }
        if actor.peer == nil, actor.caller == nil, match.who == .person {
            throw APIError(401, "unauthenticated", "send your key as `Authorization: Bearer …`")
        }
        let body: [UInt8]
        do throws(ServerExchange.BodyFailure) { body = try await exchange.body() } catch {
            throw APIError(400, "bad_body", "the body did not arrive whole")
        }
        let call = APICall(
            method: head.method, path: parts, query: Console.query(head.query), body: body, actor: actor, bearer: bearer
        )
        return try await match.serve(self, call)
    }

    /// The user at the other end of the Unix socket; nil over TCP. Others than the own user and root are turned away.
    private func peer(_ exchange: ServerExchange) throws(APIError) -> UInt32? {
        guard exchange.peer.bytes == nil else { return nil }
        guard let user = exchange.peer.peerUser, ConsoleOperations.isTrusted(user) else {
            throw APIError(403, "forbidden", "this socket is for the user that runs portcullis")
        }
        return user
    }

    private static func bearer(_ head: RequestHead) throws(APIError) -> String? {
        guard let field = head.fields.value(of: "authorization") else { return nil }
        guard field.utf8.count > 7, field.prefix(7).lowercased() == "bearer " else {
            throw APIError(401, "unauthenticated", "send your key as `Authorization: Bearer …`")
        }
        return String(field.dropFirst(7))
    }

    private static func query(_ text: Substring) -> [String: String] {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
        return values
    }

    // MARK: Who

    /// Who presents this key, by the store.
    func caller(_ text: String, asksTerms: Bool) async throws(APIError) -> Directory.Caller {
        let invalid = APIError(401, "unauthenticated", "the key is not valid here")
        let key: KeyText
        do throws(KeyText.Fault) { key = try KeyText(text) } catch { throw invalid }
        let id = key.id
        let directory = try await store { store throws(StorageError) in try store.directory(of: id) }
        do throws(Directory.Rejection) {
            return try directory.caller(key, pepper: pepper, at: now(), asksTerms: asksTerms)
        } catch {
            if case .termsNotAccepted(let date) = error {
                throw APIError(
                    403, "terms_missing", "accept the terms of use of \(date) first: portcullis terms accept")
            }
            throw invalid
        }
    }

    func digest(_ key: KeyText) -> Digest { key.digest(under: pepper) }

    func digest(_ text: String) -> Digest {
        pepper.update(Array(text.utf8))
        return pepper.finish()
    }

    // MARK: Store and ledger

    /// Does something with the store, on its thread.
    func store<Value: Sendable>(
        _ body: @escaping @Sendable (ControlStore) throws(StorageError) -> Value
    ) async throws(APIError) -> Value {
        let result: Result<Value, StorageError>
        do {
            result = try await storeThread.run { store in
                Result { () throws(StorageError) in try body(store) }
            }
        } catch { throw .unavailable("too many calls wait for the control store; try again") }
        do throws(StorageError) { return try result.get() } catch {
            logger.error("store_failed", ["problem": .setting(error.description)])
            throw .unavailable("the control store does not answer")
        }
    }

    /// Writes an act into the control log and returns when it is on disk.
    @discardableResult
    func record(_ type: RecordType, _ about: [(String, CBOR)], by actor: APICall.Actor) async throws(APIError)
        -> Reference
    {
        try await record(type, [about], by: actor)
    }

    /// The last one's reference.
    @discardableResult
    func record(
        _ type: RecordType, _ abouts: [[(String, CBOR)]], by actor: APICall.Actor
    ) async throws(APIError) -> Reference {
        do throws(LedgerError) {
            let log = try await ledger.log(for: NodeLedger.control)
            var index: UInt64 = 0
            for about in abouts {
                index = try await log.act(
                    type, ActRecord(actor: actor.recorded, about: .map(about)), lease: Console.lease)
            }
            try await log.durable(through: index)
            let reference = log.reference(to: index)
            notices.act(type, abouts, by: actor.recorded, at: now(), reference)
            return reference
        } catch {
            logger.error("record_failed", ["problem": .setting(error.description)])
            throw .notRecordable(error.description)
        }
    }

    /// The active bundle; nil before the first activation.
    func bundle() async throws(APIError) -> Bundle? {
        guard let hash = try await store({ store throws(StorageError) in try store.activeBundle() }) else { return nil }
        if let known = loadedBundle, known.hash.hexadecimal == hash { return known }
        let path = folder.bundle(hash)
        let loaded = try await store { _ throws(StorageError) in BundleFiles.load(path) }
        guard let loaded else { throw .unavailable("the active bundle cannot be read from \(path)") }
        loadedBundle = loaded
        return loaded
    }
    /// What `bundle` gave last.
    private(set) var loadedBundle: Bundle?

    /// What was just activated.
    func keep(_ bundle: Bundle) { loadedBundle = bundle }

    func activeBundle() async throws(APIError) -> Bundle {
        guard let bundle = try await bundle() else {
            throw APIError(
                409, "no_bundle", "no bundle is active; activate one first: portcullis bundle activate FOLDER")
        }
        return bundle
    }
}
