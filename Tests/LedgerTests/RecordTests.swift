// Proves that each record reads back as it was written, in deterministic CBOR, that a credential never gets in, and
// that what is missing or wrong in a record is named.
import Bytes
import CBOR
import LedgerTestKit
import Testing
import Vocabulary

@testable import Ledger

struct RecordTests {
    private let caller = Caller(
        person: PersonID("p1"), account: AccountID("a1"), key: KeyID("k1"), entity: EntityID("hk"),
        useCase: UseCaseID("chat"), accountable: [PersonID("p1"), PersonID("p2")])
    private let head = RecordedRequestHead(
        method: "POST", path: "/v1/chat/completions?key=AIza",
        headers: RecordedHeaders([("User-Agent", "x"), ("Authorization", "Bearer sk"), ("accept", "*/*")]))
    private let finding = RecordedFinding(
        detector: "iban", field: nil, range: 0..<22, confidence: "high", verdict: "block")

    private func admit(_ received: Body = Body([1, 2, 3]), _ sent: Derived = .same) -> AdmitRecord {
        AdmitRecord(
            caller: caller, head: head, conversation: "c1", hop: 2, received: received, sent: sent,
            route: RecordedRoute(
                modelAsked: "best", alias: "best", model: ModelID("m"), deployment: DeploymentID("d"),
                operatorID: VendorID("v"), channel: "direct", contract: nil, regions: ["IE"], upstreamModel: "m-1"),
            findings: [finding])
    }

    @Test func admitBothWays() throws {
        for record in [
            admit(), admit(Body(prefix: Body.Prefix(at: 7, keep: 5_000), bytes: [1]), .bytes([9, 9])),
            admit(Body([]), .splices([Splice(offset: 0, removedCount: 2, inserted: [5])])),
        ] {
            let item = try CBOR.decode(record.encoded())
            #expect(try AdmitRecord(item) == record)
        }
        #expect(head.path == "/v1/chat/completions")
        #expect(head.headers.headers.map(\.name) == ["user-agent", "accept"])
    }

    @Test(arguments: [
        "authorization", "Proxy-Authorization", "X-API-Key", "API-KEY", "x-goog-api-key", "Cookie", "Set-Cookie",
    ])
    func credentialsAreLeftOut(name: String) {
        #expect(RecordedHeaders([(name, "secret")]).headers.isEmpty)
    }

    @Test func otherRecordsBothWays() throws {
        let request = HopRecord.Request(caller: caller, head: head, received: Body([7]))
        for outcome in HopRecord.Outcome.allCases {
            let hop = HopRecord(
                hop: 1, deployment: DeploymentID("d"), outcome: outcome, status: 529, returned: [1], request: request)
            #expect(try HopRecord(try CBOR.decode(hop.encoded())) == hop)
        }
        let bare = HopRecord(hop: 0, deployment: DeploymentID("d"), outcome: .cut)
        #expect(try HopRecord(try CBOR.decode(bare.encoded())) == bare)
        for code in Refusal.Code.allCases {
            let refused = RefusedRecord(
                caller: caller, head: head, modelAsked: nil, received: Body([]), findings: [finding], code: code,
                answer: RecordedAnswerHead(status: 451, headers: RecordedHeaders([("x-should-retry", "false")])),
                shown: [1, 2])
            #expect(try RefusedRecord(try CBOR.decode(refused.encoded())) == refused)
        }
        let shown = ShownRecord(
            answer: RecordedAnswerHead(status: 200, headers: RecordedHeaders()), bytes: [3], why: "cut")
        #expect(try ShownRecord(try CBOR.decode(shown.encoded())) == shown)
        let outcomes: [OutcomeRecord] = [
            .complete(.init(model: "m", region: "us", requestID: "r", stop: "end", usage: ["input": 1], shown: 9)),
            .complete(.init(shown: 0)), .abort(.init(side: .client, reason: "left", shown: 4)),
            .abort(.init(side: .gate, reason: "deadline", detail: "idle", usage: ["output": 2], shown: 4)),
            .cut(CutID("cut-1"), usage: [:], shown: 5),
        ]
        for outcome in outcomes {
            let item = try CBOR.decode(outcome.encoded(returned: 77))
            #expect(item["returned"]?.asUnsigned == 77)
            #expect(try OutcomeRecord(item, type: outcome.type) == outcome)
        }
        let act = ActRecord(
            actor: RecordedActor(person: PersonID("p"), peer: 501, service: "policy"), about: .map([("a", .null)]))
        #expect(try ActRecord(try CBOR.decode(act.encoded())) == act)
    }

    @Test func missingKeysAreNamed() throws {
        guard case .map(let pairs) = try CBOR.decode(admit().encoded()) else {
            Issue.record("an admission is a map")
            return
        }
        for (key, _) in pairs where key != "conversation" {
            let without = CBOR.map(pairs.filter { $0.0 != key })
            do {
                _ = try AdmitRecord(without)
                Issue.record("accepted without \(key)")
            } catch {
                #expect(error.key == key)
            }
            let wrong = CBOR.map(pairs.map { $0.0 == key ? ($0.0, .bool(true)) : $0 })
            #expect(throws: RecordProblem.self) { try AdmitRecord(wrong) }
        }
        #expect(throws: RecordProblem.self) { try AdmitRecord(.null) }
    }

    @Test func derivedBytes() {
        let base = Array("hello world".utf8)
        let splices = Derived.splices([
            Splice(offset: 0, removedCount: 1, inserted: Array("J".utf8)),
            Splice(offset: 5, removedCount: 0, inserted: [0x21]),
            Splice(offset: 11, removedCount: 0, inserted: Array("?".utf8)),
        ])
        #expect(splices.applied(to: base) == Array("Jello! world?".utf8))
        #expect(splices.gives(Array("Jello! world?".utf8), from: base))
        #expect(splices.length(over: base.count) == 13)
        #expect(!splices.gives(Array("Jello! world!".utf8), from: base))
        #expect(!splices.gives(base, from: base))
        #expect(Derived.same.gives(base, from: base) && !Derived.same.gives([], from: base))
        let bad: [[Splice]] = [
            [Splice(offset: 12, removedCount: 0, inserted: [])], [Splice(offset: 5, removedCount: 7, inserted: [])],
            [Splice(offset: 5, removedCount: 2, inserted: []), Splice(offset: 6, removedCount: 0, inserted: [])],
            [Splice(offset: -1, removedCount: 0, inserted: [])], [Splice(offset: 1, removedCount: -1, inserted: [])],
            [Splice(offset: .max, removedCount: .max, inserted: [])],
        ]
        for splices in bad {
            #expect(Derived.splices(splices).applied(to: base) == nil)
            #expect(!Derived.splices(splices).gives(base, from: base))
        }
    }

    @Test func randomSplicesAgree() {
        var random = SeededRandom(3)
        for _ in 0..<2_000 {
            let base = random.bytes(random.below(50))
            var splices: [Splice] = []
            var position = 0
            while position <= base.count, random.below(4) > 0 {
                let offset = position + random.below(base.count - position + 1)
                let removed = random.below(base.count - offset + 1)
                splices.append(Splice(offset: offset, removedCount: removed, inserted: random.bytes(random.below(5))))
                position = offset + removed
            }
            let derived = Derived.splices(splices)
            guard let result = derived.applied(to: base) else {
                Issue.record("the splices do not fit")
                return
            }
            #expect(result.count == derived.length(over: base.count))
            #expect(derived.gives(result, from: base))
            var altered = result
            if !altered.isEmpty {
                altered[random.below(altered.count)] ^= 1
                #expect(!derived.gives(altered, from: base))
            }
            #expect(!derived.gives(result + [0], from: base))
        }
    }

    @Test func bodiesKeepTheirBeginning() {
        let first = [UInt8](repeating: 1, count: 3_000)
        let second = first + [2, 3]
        let earlier = Body.Earlier(index: 5, bytes: first, links: 1)
        #expect(Body.keeping(second, after: nil) == Body(second))
        #expect(Body.keeping(second, after: earlier) == Body(prefix: Body.Prefix(at: 5, keep: 3_000), bytes: [2, 3]))
        let shared = Body.keeping([UInt8](first.prefix(2_000)) + [9], after: earlier)
        #expect(shared == Body(prefix: Body.Prefix(at: 5, keep: 2_000), bytes: [9]))
        #expect(Body.keeping([UInt8](first.prefix(1_023)), after: earlier).prefix == nil)
        #expect(Body.keeping([UInt8](first.prefix(1_024)), after: earlier).prefix?.keep == 1_024)
        let last = Body.Earlier(index: 5, bytes: first, links: Body.maximumLinks - 1)
        #expect(Body.keeping(second, after: last).prefix == nil)
        let lastButOne = Body.Earlier(index: 5, bytes: first, links: Body.maximumLinks - 2)
        #expect(Body.keeping(second, after: lastButOne).prefix != nil)
    }
}
