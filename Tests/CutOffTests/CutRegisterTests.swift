// Proves the life of a cut-off by tables of acts: one person cuts, two natural persons reopen whatever accounts and
// keys they hold, registers merge in any order, and events read back as they were written.
import CBOR
import Testing
import Vocabulary

@testable import CutOff

struct CutRegisterTests {
    static let entitled: Set<String> = ["security", "compliance"]

    static func cut(_ id: StaticString = "CUT-1", scope: CutScope = CutScope(vendor: VendorID("anthropic"))) throws
        -> Cut
    {
        try Cut(
            id: CutID(id), scope: scope, reason: "letter of 12 June",
            basis: try CutBasis(
                kind: .directive, fileName: "letter.pdf", digest: [UInt8](repeating: 7, count: 32), length: 4096),
            orderedBy: .person(PersonID("p-hk-duty")), at: Instant(seconds: 100))
    }

    static func signature(
        _ person: StaticString, account: StaticString = "a", at seconds: Int64 = 200, cut: StaticString = "CUT-1"
    ) -> ReopeningSignature {
        ReopeningSignature(
            cut: CutID(cut), person: PersonID(person), account: AccountID(account), key: KeyID("k"),
            at: Instant(seconds: seconds))
    }

    enum Act: Sendable {
        case cut
        case sign(StaticString, account: StaticString, roles: Set<String>)
    }

    struct Row: Sendable {
        var acts: [Act]
        /// What the last act comes to, and whether the cut-off is in force then.
        var last: String
        var isActive: Bool
    }

    static let rows: [Row] = [
        Row(acts: [.cut], last: "ordered", isActive: true),
        Row(acts: [.cut, .cut], last: "idTaken", isActive: true),
        Row(acts: [.sign("p1", account: "a1", roles: ["security"])], last: "unknownCut", isActive: false),
        Row(acts: [.cut, .sign("p1", account: "a1", roles: ["security"])], last: "awaitsAnother", isActive: true),
        Row(acts: [.cut, .sign("p1", account: "a1", roles: ["banker"])], last: "notEntitled", isActive: true),
        Row(acts: [.cut, .sign("p1", account: "a1", roles: [])], last: "notEntitled", isActive: true),
        Row(
            acts: [
                .cut, .sign("p1", account: "a1", roles: ["security"]),
                .sign("p1", account: "a2", roles: ["compliance"]),
            ], last: "alreadySigned", isActive: true),
        Row(
            acts: [
                .cut, .sign("p1", account: "a1", roles: ["security"]), .sign("p2", account: "a1", roles: ["banker"]),
            ], last: "notEntitled", isActive: true),
        Row(
            acts: [
                .cut, .sign("p1", account: "a1", roles: ["security"]),
                .sign("p2", account: "a3", roles: ["compliance"]),
            ], last: "reopened", isActive: false),
        Row(
            acts: [
                .cut, .sign("p1", account: "a1", roles: ["security"]), .sign("p2", account: "a3", roles: ["security"]),
                .sign("p3", account: "a4", roles: ["security"]),
            ], last: "alreadyReopened", isActive: false),
    ]

    @Test(arguments: rows)
    func lifeOfACutOff(row: Row) throws {
        var register = CutRegister()
        var last = ""
        for (index, act) in row.acts.enumerated() {
            last = try outcome(of: act, index, in: &register)
        }
        #expect(last == row.last)
        #expect(!register.active.isEmpty == row.isActive)
    }

    private func outcome(of act: Act, _ index: Int, in register: inout CutRegister) throws -> String {
        let event = try #require(CutEventID("ev-\(index)"))
        do {
            switch act {
            case .cut:
                _ = try register.order(try CutRegisterTests.cut(), event: event)
                return "ordered"
            case .sign(let person, let account, let roles):
                let signature = CutRegisterTests.signature(person, account: account, at: Int64(200 + index))
                switch try register.sign(
                    signature, roles: roles, entitled: CutRegisterTests.entitled, event: event)
                {
                case .awaitsAnother: return "awaitsAnother"
                case .reopened(_, let reopening):
                    #expect(reopening.at == signature.at)
                    return "reopened"
                }
            }
        } catch let error as CutOffError {
            switch error {
            case .idTaken: return "idTaken"
            case .unknownCut: return "unknownCut"
            case .alreadySigned(_, _, let account):
                #expect(account == AccountID("a1"))
                return "alreadySigned"
            case .notEntitled: return "notEntitled"
            case .alreadyReopened: return "alreadyReopened"
            default: return "\(error)"
            }
        }
    }

    @Test func mergingIsIdempotentAndOrderFree() throws {
        let events: [CutEvent] = [
            .cut(CutEventID("e1"), try CutRegisterTests.cut()),
            .cut(CutEventID("e2"), try CutRegisterTests.cut("CUT-2", scope: CutScope(territory: Country("HK")))),
            .signature(CutEventID("e3"), CutRegisterTests.signature("p1", account: "a1")),
            .signature(CutEventID("e4"), CutRegisterTests.signature("p1", account: "a2", at: 201)),
            .signature(CutEventID("e5"), CutRegisterTests.signature("p2", account: "a3", at: 202)),
        ]
        let whole = try CutRegister(events)
        #expect(whole.active.map(\.id) == [CutID("CUT-2")])
        // One person's two accounts, taken by two nodes that did not know of each other, stay one signature.
        #expect(try CutRegister(events.dropLast()).active.count == 2)
        for split in 0..<(1 << events.count) {
            let left = try CutRegister(events.indices.filter { split & 1 << $0 != 0 }.map { events[$0] })
            let right = try CutRegister(events.indices.filter { split & 1 << $0 == 0 }.reversed().map { events[$0] })
            var merged = left
            try merged.merge(right)
            try merged.merge(right)
            #expect(merged == whole)
            var other = right
            try other.merge(left)
            #expect(other == whole)
        }
    }

    @Test func twoNodesThatUsedOneIdBothHold() throws {
        var register = try CutRegister([.cut(CutEventID("a"), try CutRegisterTests.cut())])
        let other = try CutRegisterTests.cut(scope: CutScope(channel: .bedrock))
        try register.merge(try CutRegister([.cut(CutEventID("b"), other)]))
        #expect(
            Set(register.active.map(\.scope)) == [CutScope(vendor: VendorID("anthropic")), CutScope(channel: .bedrock)])
    }

    @Test func oneEventIdStandsForOneEvent() throws {
        var register = try CutRegister([.cut(CutEventID("e"), try CutRegisterTests.cut())])
        #expect(throws: CutOffError.contradictoryEvents(CutEventID("e"))) {
            try register.insert(.signature(CutEventID("e"), CutRegisterTests.signature("p1")))
        }
    }

    @Test func eventsReadBack() throws {
        let full = try Cut(
            id: CutID("CUT-9"),
            scope: CutScope(
                vendor: VendorID("openai"), model: ModelID("gpt-5.5"), channel: .direct, territory: Country("HK"),
                personClass: .foreign), reason: "drill",
            basis: try CutBasis(fileName: "drill.txt", digest: [UInt8](repeating: 0, count: 32), length: 0),
            orderedBy: .peer(uid: 1000), at: Instant(nanoseconds: -5))
        for event in [
            CutEvent.cut(CutEventID("e1"), try CutRegisterTests.cut()), .cut(CutEventID("e2"), full),
            .signature(CutEventID("e3"), CutRegisterTests.signature("p1")),
        ] {
            #expect(try CutEvent(encoded: event.encoded) == event)
            for index in event.encoded.indices {
                var damaged = event.encoded
                damaged[index] ^= 0x20
                // Refused or read as something else; never as the same event.
                let read = try? CutEvent(encoded: damaged)
                #expect(read != event)
            }
        }
    }

    @Test func badCutsAreRefused() throws {
        let basis = try CutBasis(fileName: "x", digest: [UInt8](repeating: 0, count: 32), length: 1)
        func make(_ scope: CutScope, _ reason: String) throws(CutOffError) {
            _ = try Cut(
                id: CutID("C"), scope: scope, reason: reason, basis: basis, orderedBy: .peer(uid: 0),
                at: Instant(seconds: 0))
        }
        let scope = CutScope(channel: .direct)
        #expect(throws: CutOffError.emptyScope) { try make(CutScope(), "r") }
        #expect(throws: CutOffError.noReason) { try make(scope, "  ") }
        try make(scope, String(repeating: "r", count: Cut.maximumReason))
        #expect(throws: CutOffError.reasonTooLong(bytes: 8001, limit: 8000)) {
            try make(scope, String(repeating: "r", count: 2001))
        }
        #expect(throws: CutOffError.badDigest(bytes: 31)) {
            _ = try CutBasis(fileName: "x", digest: [UInt8](repeating: 0, count: 31), length: 1)
        }
        for name in ["", "../x", "a\nb"] {
            #expect(throws: CutOffError.badFileName) {
                _ = try CutBasis(fileName: name, digest: [UInt8](repeating: 0, count: 32), length: 1)
            }
        }
    }
}
