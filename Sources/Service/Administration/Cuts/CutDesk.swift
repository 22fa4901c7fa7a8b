internal import Bytes
internal import CBOR
internal import Crypto
internal import CutOff
internal import Ledger
internal import Runtime
internal import Stores
internal import Vocabulary

/// The register of cut-offs as the console keeps it: orders and signatures, their records, and their way to every
/// gateway.
@EventLoop
final class CutDesk {
    private let ledger: NodeLedger
    private let links: GatewayLinks
    private let notices: NoticeDesk
    private(set) var register: CutRegister
    private var receipts: [CutID: CutReceipt] = [:]

    init(ledger: NodeLedger, links: GatewayLinks, notices: NoticeDesk, history: CutHistory) {
        self.notices = notices
        self.ledger = ledger
        self.links = links
        register = history.register
        take(history)
    }

    /// Takes over what the ledgers of the nodes hold and this console does not: cut-offs that were ordered past it.
    /// Returns the events that were new.
    @discardableResult
    func take(_ history: CutHistory) -> [CutEvent] {
        let known = Set(register.allEvents)
        let news = history.register.allEvents.filter { !known.contains($0) }
        // An event that contradicts a known one stays out; the ledgers hold both.
        for event in news { try? register.insert(event) }
        for receipt in history.receipts where receipts[receipt.cut.id] == nil { receipts[receipt.cut.id] = receipt }
        return news
    }

    /// How many events a gateway must know to know all.
    var eventCount: Int { register.count }

    var inForce: Int { register.active.count }

    /// In the order of the orders.
    var allReceipts: [CutReceipt] { receipts.values.sorted { ($0.cut.at, $0.cut.id) < ($1.cut.at, $1.cut.id) } }
    func receipt(_ id: CutID) -> CutReceipt? { receipts[id] }

    // MARK: Orders

    static func newID(at now: Instant) -> CutID? {
        let day = now.description.prefix(10).filter { $0 != "-" }
        return CutID("cut-\(day)-\(Base32.encode(bytes: SecureRandom.bytes(5)).lowercased())")
    }

    private static func newEvent() throws(CutOffError) -> CutEventID {
        guard let id = CutEventID("e-" + Base32.encode(bytes: SecureRandom.bytes(16)).lowercased()) else {
            throw .undecodable(path: "event", expected: "an id")
        }
        return id
    }

    /// Records the order, gives it to every gateway at once, and returns when each has answered or is known to be
    /// silent. A failed record does not stop it: `recorded` is nil then.
    func order(_ cut: Cut, by actor: RecordedActor) async throws(CutOffError) -> CutReceipt {
        var draft = register
        let event = try draft.order(cut, event: try CutDesk.newEvent())
        var receipt = CutReceipt(cut: cut)
        receipt.recorded = await record(.cut, event, by: actor)
        try register.insert(event)
        notices.act(event, by: actor, at: Instant(nanoseconds: Clocks.wall), receipt.recorded?.reference)
        receipt.nodes = await push([event])
        receipts[cut.id] = receipt
        return receipt
    }

    /// Records a signature under a reopening; the second person's takes effect.
    func sign(
        _ signature: ReopeningSignature, roles: Set<String>, entitled: Set<String>, by actor: RecordedActor
    ) async throws(SigningFailure) -> Bool {
        let signing: CutRegister.Signing
        do throws(CutOffError) {
            var draft = register
            signing = try draft.sign(signature, roles: roles, entitled: entitled, event: try CutDesk.newEvent())
        } catch { throw .refused(error) }
        let event: CutEvent
        let isReopened: Bool
        switch signing {
        case .awaitsAnother(let made): (event, isReopened) = (made, false)
        case .reopened(let made, _): (event, isReopened) = (made, true)
        }
        guard let recorded = await record(.reopen, event, by: actor) else { throw .notRecordable }
        do throws(CutOffError) { try register.insert(event) } catch { throw .refused(error) }
        notices.act(event, by: actor, at: recorded.durable, recorded.reference)
        _ = await push([event])
        return isReopened
    }

    enum SigningFailure: Error {
        case refused(CutOffError)
        case notRecordable
    }

    private func record(
        _ type: RecordType, _ event: CutEvent, by actor: RecordedActor
    ) async -> (reference: Reference, durable: Instant)? {
        do throws(LedgerError) {
            let log = try await ledger.log(for: NodeLedger.register)
            let index = try await log.act(
                type, ActRecord(actor: actor, about: .map([("event", .bytes(event.encoded))])), lease: Console.lease)
            try await log.durable(through: index)
            return (log.reference(to: index), Instant(nanoseconds: Clocks.wall))
        } catch { return nil }
    }

    /// Gives events to every gateway; those that knew them say so, too.
    @discardableResult
    func push(_ events: [CutEvent]) async -> [CutReceipt.Node] {
        let body = CBOR.array(events.map { .bytes($0.encoded) }).encoded()
        let replies = await links.send("POST", "/control/register", body: body, type: "application/cbor")
        return replies.map { reply in
            CutReceipt.Node(node: reply.node, acknowledgement: reply.json.flatMap { CutReceipt.Acknowledgement($0) })
        }
    }
}
