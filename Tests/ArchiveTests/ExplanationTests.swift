// Proves that a reference is explained from the folder alone, that a recorded decision is made again to the same
// grounds on the bundle of its time, and that a record, a bundle or a program that differs is noticed.
import Archive
import Bundle
import Bytes
import CBOR
import Files
import Installation
import JSON
import Ledger
import LedgerTestKit
import Policy
import Testing
import Vocabulary

struct ExplanationTests {
    /// A refused exchange with a decision; returns its reference.
    private func refuse(_ decision: [UInt8], in archive: ArchiveFolder) throws -> Reference {
        let identity = try ArchiveFolder.identity("gw1", "hk")
        let log = try archive.log(identity)
        let exchange = try log.core.beginExchange(at: log.now)
        let record = RefusedRecord(
            caller: Caller(person: PersonID("chan"), account: AccountID("a1"), key: KeyID("k7")),
            head: RecordedRequestHead(method: "POST", path: "/v1/messages", headers: RecordedHeaders()),
            modelAsked: "claude-opus-4-8", received: Body(Array("a secret question".utf8)),
            findings: [
                RecordedFinding(
                    detector: "card", field: "messages[0].content", range: 3..<19, confidence: "certain",
                    verdict: "block")
            ], code: .policyDenied, answer: RecordedAnswerHead(status: 403, headers: RecordedHeaders()),
            shown: Array("refused".utf8))
        _ = try log.core.refuse(record, decision: decision, in: exchange, lease: TestLog.lease, at: log.now)
        try log.commit()
        return identity.reference(to: try #require(exchange.first))
    }

    private func keepBundle(in archive: ArchiveFolder, _ change: ([UInt8]) -> [UInt8] = { $0 }) throws {
        let bundle = try Bank.bundle.get()
        try WholeFile.replace(archive.folder.bundle(Hex.encode(bundle.hash.bytes)), change(bundle.snapshot()))
    }

    private func decision() throws -> Decision {
        let deployment = try #require(
            try Bank.bundle.get().deployments.keys.sorted().first { $0.text.contains("claude") })
        return try Bank.decide(deployment, in: "HK")
    }

    @Test func aRefusalIsExplainedWithAllItsGroundsAndReplays() throws {
        let archive = try ArchiveFolder()
        try keepBundle(in: archive)
        let decision = try decision()
        #expect(decision.outcome == .forbid && decision.grounds.count >= 2)
        let report = try archive.reader.explanation(of: try refuse(decision.encoded, in: archive))
        #expect(report.isReplayed)
        var parser = JSONParser()
        let object = try parser.parse(report.json).root
        #expect(object["state"]?.string == "refused" && object["replay"]?.string == "identical")
        #expect(object["caller"]?["person"]?.string == "chan")
        let decided = try #require(object["steps"]?.elements.map { $0 }.first?["decisions"]?.elements.map { $0 }.first)
        #expect(decided["grounds"]?.elements.map(\.string) == DecisionRecord(decision).grounds)
        #expect(decided["decision"]?["grounds"]?.elements.map { $0["id"]?.string } == decision.grounds.map(\.id))
        let text = try #require(object["text"]?.string)
        for ground in decision.grounds { #expect(text.contains(ground.id)) }
        #expect(text.contains("bytes 3..<19") && !text.contains("secret"))
        #expect(!String(decoding: report.json, as: UTF8.self).contains("secret"))
    }

    @Test func aRecordedGroundThatDoesNotFollowIsADifference() throws {
        let archive = try ArchiveFolder()
        try keepBundle(in: archive)
        var record = DecisionRecord(try decision())
        let lost = record.grounds.removeFirst()
        let report = try archive.reader.explanation(of: try refuse(record.encoded, in: archive))
        #expect(!report.isReplayed)
        #expect(report.text.contains("DIFFERS, grounds: recorded") && report.text.contains(lost))
    }

    @Test func aMissingBundleIsNamed() throws {
        let archive = try ArchiveFolder()
        let report = try archive.reader.explanation(of: try refuse(try decision().encoded, in: archive))
        #expect(!report.isReplayed)
        #expect(report.text.contains("restore the file from a copy"))
    }

    @Test func anAlteredBundleIsNotUsed() throws {
        let archive = try ArchiveFolder()
        try keepBundle(in: archive) { bytes in
            // A comment in one of the files: every rule is as it was, and the bundle is another one.
            var bytes = bytes
            if let hash = bytes.firstIndex(of: UInt8(ascii: "#")) { bytes[hash + 2] ^= 1 }
            return bytes
        }
        let report = try archive.reader.explanation(of: try refuse(try decision().encoded, in: archive))
        #expect(!report.isReplayed && report.text.contains("not possible"))
    }

    @Test func anActIsExplained() throws {
        let archive = try ArchiveFolder()
        let identity = try ArchiveFolder.identity("console", "control")
        let log = try archive.log(identity)
        let about = CBOR.map([
            ("account", .text("a1")), ("change", .text("created")), ("key", .text("k9")),
            ("digest", .bytes([0xAB, 0xCD])),
        ])
        let index = try log.core.act(
            .key, ActRecord(actor: RecordedActor(person: PersonID("wong")), about: about), lease: TestLog.lease,
            at: log.now)
        try log.commit()
        let report = try archive.reader.explanation(of: identity.reference(to: index))
        var parser = JSONParser()
        let object = try parser.parse(report.json).root
        #expect(object["kind"]?.string == "act" && object["type"]?.string == "KEY")
        #expect(object["actor"]?["person"]?.string == "wong")
        #expect(object["about"]?["key"]?.string == "k9" && object["about"]?["digest"]?.string == "abcd")
    }

    @Test func whatIsNotThereIsNamed() throws {
        let archive = try ArchiveFolder()
        let reference = try refuse(try decision().encoded, in: archive)
        let pairs: [(NodeID, UInt64)] = [(NodeID("gw1"), 500), (NodeID("gw9"), reference.index)]
        for (node, index) in pairs {
            let other = Reference(node: node, custody: reference.custody, year: reference.year, index: index)
            #expect {
                _ = try archive.reader.explanation(of: other)
            } throws: { ($0 as? ArchiveError)?.isMissing == true }
        }
    }
}
