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
    let idempotency: IdempotencyDesk
    /// Changes of people wait for each other, so that none is judged by what another replaces.
    let peopleChanges = Turnstile()
    /// Signs what is activated.
    let seal: BundleSeal
    var operations: ConsoleOperations
    let router = Router(Operations.all)
    /// Of the program; for the OpenAPI document.
    let version: String

    init(
        folder: DataFolder, ledger: NodeLedger, store: Confined<ControlStore>, archive: Confined<ArchiveReader>,
        cuts: CutDesk, notices: NoticeDesk, secrets: Secrets, logger: Logger, version: String,
        operations: ConsoleOperations
    ) {
        self.version = version
        self.folder = folder
        self.ledger = ledger
        storeThread = store
        approvals = ApprovalDesk(store: store, ledger: ledger, notices: notices)
        self.archive = archive
        self.cuts = cuts
        self.notices = notices
        self.logger = logger
        pepper = HMAC(key: secrets.pepper)
        idempotency = IdempotencyDesk(pepper: secrets.pepper)
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

    // MARK: Who

    /// Who presents this key, by the store.
    func caller(_ text: String, asksTerms: Bool) async throws(Problem) -> Directory.Caller {
        let invalid = Problem(.unauthenticated, "the key is not valid here")
        let bearer: BearerText
        do throws(TokenFault) { bearer = try BearerText(SecretBytes(Array(text.utf8))) } catch { throw invalid }
        let id = bearer.id
        let directory = try await store { store throws(StorageError) in try store.directory(of: id) }
        do throws(Directory.Rejection) {
            return try directory.caller(bearer, pepper: pepper, at: now(), asksTerms: asksTerms)
        } catch {
            if case .termsNotAccepted(let date) = error {
                throw Problem(
                    .termsMissing, "accept the terms of use of \(date) first: portcullis terms accept")
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
    ) async throws(Problem) -> Value {
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
    func record(_ type: RecordType, _ about: [(String, CBOR)], by actor: APICall.Actor) async throws(Problem)
        -> Reference
    {
        try await record(type, [about], by: actor)
    }

    /// The last one's reference.
    @discardableResult
    func record(
        _ type: RecordType, _ abouts: [[(String, CBOR)]], by actor: APICall.Actor
    ) async throws(Problem) -> Reference {
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
    func bundle() async throws(Problem) -> Bundle? {
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
    /// One activation at a time: each is signed for over what is active.
    var isActivating = false

    /// What was just activated.
    func keep(_ bundle: Bundle) { loadedBundle = bundle }

    func activeBundle() async throws(Problem) -> Bundle {
        guard let bundle = try await bundle() else {
            throw Problem(
                .noBundle, "no bundle is active; activate one first: portcullis bundle activate FOLDER")
        }
        return bundle
    }
}
