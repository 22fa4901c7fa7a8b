// Proves that an act has one encoding and one digest of its own: whatever differs in content or kind differs in digest,
// what was encoded reads back, and nothing else is read.
import CBOR
import Crypto
import Testing
import Vocabulary

@testable import Approvals

struct ActTests {
    @Test func everyActThatHasANameIsTried() {
        let names = Set(Samples.acts.map(\.name))
        // These two are ways to judge an activation.
        #expect(names == Set(ActKind.allCases).subtracting([.tightenBundle, .changeMatrix]))
    }

    @Test(arguments: Samples.acts)
    func readsBack(_ act: Act) throws {
        #expect(try Act(encoded: act.encoded) == act)
        #expect(try Act(encoded: act.encoded).digest == act.digest)
    }

    @Test func theKindIsPartOfTheDigest() {
        #expect(Set(Samples.acts.map(\.digest)).count == Samples.acts.count)
    }

    /// The bytes and their digest as Python's hashlib gives it:
    /// `sha256(b"portcullis.act.1\0" + bytes.fromhex(…)).hexdigest()`.
    @Test func hasAPublishedForm() {
        let act = Act.reopenCut(.init(cut: Samples.cut, order: Samples.digest(0xAB)))
        let content =
            "a2" + "63637574" + "656375742d31" + "656f72646572" + "7840"
            + String(repeating: "6162", count: 32)
        let encoded = "a2" + "63616374" + "6a6375742e72656f70656e" + "67636f6e74656e74" + content
        #expect(act.encoded.map { byte in hexadecimal(byte) }.joined() == encoded)
        #expect(act.digest.hexadecimal == "ca2e7599689f2cb8972246cba20f6661328cc80f8e207836810ce061302c5863")
    }

    private func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }

    /// Changes every leaf of every act's content, one at a time, and drops every field that may be missing.
    @Test(arguments: Samples.acts)
    func everyFieldCounts(_ act: Act) throws {
        guard let content = act.cbor["content"], case .map(let fields) = content else {
            Issue.record("an act has a content")
            return
        }
        var digests: Set<Digest> = [act.digest]
        var changes = 0
        for index in fields.indices {
            for value in ActTests.others(fields[index].1) {
                var changed = fields
                changed[index].1 = value
                let cbor = CBOR.map([("act", .text(act.name.rawValue)), ("content", .map(changed))])
                guard let other = try? Act(cbor: cbor) else { continue }
                digests.insert(other.digest)
                changes += 1
            }
        }
        #expect(changes >= fields.count - 1, "a field has no other value that is read")
        #expect(digests.count == changes + 1)
    }

    /// Values of the same kind that differ; some of them are right for the field.
    private static func others(_ value: CBOR) -> [CBOR] {
        switch value {
        case .text(let text) where text.utf8.count == 64: [.text(String(repeating: "0f", count: 32))]
        case .text(let text) where Instant(text) != nil: [.text("2027-01-01T00:00:00Z")]
        case .text(let text): [.text(text + "x")]
        case .unsigned(let number): [.unsigned(number + 1)]
        case .array(let items): [.array(items + [.text("other")])]
        default: []
        }
    }

    @Test func listsDoNotRunIntoEachOther() {
        let other: EntityID = EntityID("p-nobody")
        let one = Act.exception(
            .init(rule: Samples.rule, persons: [Samples.nobody], entities: [], until: Samples.until, reason: "x"))
        let two = Act.exception(
            .init(rule: Samples.rule, persons: [], entities: [other], until: Samples.until, reason: "x"))
        #expect(one.digest != two.digest)
        let left = Act.export(.init(scope: .zero, recipient: "ab", purpose: "c"))
        let right = Act.export(.init(scope: .zero, recipient: "a", purpose: "bc"))
        #expect(left.digest != right.digest)
    }

    @Test func theEndsOfTimeAreTwo() {
        func exception(_ until: Instant) -> Act {
            .exception(.init(rule: Samples.rule, persons: [], entities: [], until: until, reason: "x"))
        }
        #expect(exception(.distantPast).digest != exception(.distantFuture).digest)
        #expect(throws: ApprovalError.self) { try Act(encoded: exception(.distantFuture).encoded) }
    }

    struct Refused: Sendable {
        var path: String
        var act: CBOR
    }

    static let refused: [Refused] = {
        func hold(_ pairs: [(String, CBOR)], act: String = "hold.place") -> CBOR {
            let digest = CBOR.text(String(repeating: "0a", count: 32))
            var fields: [(String, CBOR)] = [("hold", .text("h")), ("scope", digest), ("reason", .text("r"))]
            for pair in pairs {
                fields.removeAll { $0.0 == pair.0 }
                fields.append(pair)
            }
            return .map([("act", .text(act)), ("content", .map(fields))])
        }
        let long = String(repeating: "x", count: 8001)
        return [
            Refused(path: "act.content.other", act: hold([("other", .text("x"))])),
            Refused(path: "act.content.reason", act: hold([("reason", .text(" \n"))])),
            Refused(path: "act.content.reason", act: hold([("reason", .text(long))])),
            Refused(path: "act.content.scope", act: hold([("scope", .text("0a"))])),
            Refused(path: "act.content.hold", act: hold([("hold", .text("two words"))])),
            Refused(path: "act.content.hold", act: hold([("hold", .unsigned(1))])),
            Refused(path: "act.act", act: hold([], act: "hold.forget")),
            // How an activation is judged is not said by who proposes it.
            Refused(path: "act.act", act: hold([], act: "bundle.tighten")),
            Refused(path: "act.act", act: hold([], act: "matrix.change")),
        ]
    }()

    @Test(arguments: refused.indices)
    func refuses(_ index: Int) {
        let row = ActTests.refused[index]
        #expect {
            try Act(cbor: row.act)
        } throws: { error in
            guard case ApprovalError.undecodable(row.path, _) = error else { return false }
            return true
        }
    }

    @Test func theLongestReasonIsRead() throws {
        let act = Act.placeHold(
            .init(hold: Samples.hold, scope: .zero, reason: String(repeating: "x", count: 8000)))
        #expect(try Act(encoded: act.encoded) == act)
    }

    @Test func oneActHasOneSpelling() {
        let digest = CBOR.text(String(repeating: "0A", count: 32))
        let act = CBOR.map([
            ("act", .text("hold.place")),
            ("content", .map([("hold", .text("h")), ("scope", digest), ("reason", .text("r"))])),
        ])
        #expect(throws: ApprovalError.self) { try Act(encoded: act.encoded()) }
    }

    // MARK: Direction

    static let directions: [(ActKind, Direction)] = [
        (.orderCut, .tightens), (.tightenBundle, .tightens), (.placeHold, .tightens),
        (.export, .reads), (.readContent, .reads), (.unpseudonymise, .reads),
        (.reopenCut, .loosens), (.breakGlass, .loosens), (.activateBundle, .loosens), (.changeMatrix, .loosens),
        (.changeSigners, .loosens), (.releaseHold, .loosens), (.dispose, .loosens), (.exception, .loosens),
        (.resetCredential, .loosens), (.loosenDetection, .loosens), (.changeSupervision, .loosens),
    ]

    @Test func everyActHasADirection() {
        #expect(ActTests.directions.count == ActKind.allCases.count)
        for (kind, direction) in ActTests.directions { #expect(kind.direction == direction, "\(kind)") }
        #expect(Direction.tightens.fewestSigners == 1)
        #expect(Direction.loosens.fewestSigners == 2)
        #expect(Direction.reads.fewestSigners == 1)
    }

    @Test func onlyAProofOfThisChangeTightens() {
        let act = Act.activateBundle(Samples.change)
        #expect(act.kinds() == [.activateBundle])
        #expect(act.kinds(Proof(bundle: Samples.bundle(1), replaces: Samples.bundle(2))) == [.tightenBundle])
        #expect(act.kinds(Proof(bundle: Samples.bundle(1), replaces: Samples.bundle(9))) == [.activateBundle])
        #expect(act.kinds(Proof(bundle: Samples.bundle(9), replaces: Samples.bundle(2))) == [.activateBundle])
        // Who signs is no matter of what is allowed: two rows, proof or none.
        var change = Samples.change
        change.matrix = Samples.digest(4)
        let proof = Proof(bundle: Samples.bundle(1), replaces: Samples.bundle(2))
        #expect(Act.activateBundle(change).kinds(proof) == [.activateBundle, .changeMatrix])
        // Nor does it count for anything else.
        for act in Samples.acts where act.name != .activateBundle { #expect(act.kinds(proof) == [act.name]) }
    }
}
