// Proves that a notice holds identifiers only, whatever it is given, and that its forms are those of RFC 5424, RFC 5425
// and the documented signature.
import Bytes
import Notices
import Testing
import Vocabulary

struct NoticeTests {
    private static let at = Instant("2026-06-18T01:02:03.123456789Z") ?? .distantPast

    private func notice(_ subjects: [(name: String, value: String)], name: String = "key", actor: String? = "uid:0")
        -> Notice
    {
        Notice(id: "D-console-control-2026-5-XX", at: Self.at, kind: .act, name: name, actor: actor, subjects: subjects)
    }

    @Test func syslogIsRFC5424() {
        let text = SyslogMessage.text(
            notice([("key", "k-1"), ("change", "revoked")]), installation: "meridian.example")
        #expect(
            text == "<109>1 2026-06-18T01:02:03.123456Z meridian.example portcullis - key "
                + #"[portcullis@32473 id="D-console-control-2026-5-XX" kind="act" actor="uid:0" key="k-1" "#
                + #"change="revoked"] act key"#)
        let frame = SyslogMessage.frame(notice([]), installation: "x")
        let message = SyslogMessage.text(notice([]), installation: "x")
        #expect(frame == Array("\(message.utf8.count) \(message)".utf8))
        let alert = Notice(
            id: "alert-1", at: Self.at, kind: .alert, name: "crash_loop", actor: "node:supervisor", subjects: [])
        #expect(
            SyslogMessage.text(alert, installation: "").hasPrefix("<108>1 2026-06-18T01:02:03.123456Z - portcullis"))
    }

    @Test func aWebhookGetsJSONAndASignature() throws {
        let body = WebhookMessage.body(notice([("key", "k-1")]), installation: "meridian.example")
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"id":"D-console-control-2026-5-XX","at":"2026-06-18T01:02:03.123456789Z","#
                + #""installation":"meridian.example","kind":"act","name":"key","actor":"uid:0","#
                + #""subjects":[{"name":"key","value":"k-1"}]}"#)
        // RFC 4231, test case 2, has key "Jefe"; here over "1781744523.{}", computed with Python's hmac.
        let signature = WebhookMessage.signature(
            of: Array("{}".utf8), secret: SecretBytes(Array("Jefe".utf8)), at: Instant(seconds: 1_781_744_523))
        #expect(
            signature
                == "t=1781744523,v1=d28d6bf3b0926d8003bd3ed768831b1000ae1700b77f14b7d6fe29488cb2539c")
    }

    @Test(arguments: [
        "Please summarise the attached client list", "a\nb", "a\" injected=\"1", "x] evil", "é", "", "\u{0}",
        "<script>", "pck_secret key", String(repeating: "x", count: 129), "a\\b", "{\"a\":1}", "名前",
    ])
    func whatIsNoIdentifierStaysHere(hostile: String) {
        let made = notice([("detail", hostile), (hostile, "x"), ("key", "k-1")], name: hostile, actor: hostile)
        #expect(made.subjects.map(\.value) == ["k-1"])
        #expect(made.name == "unnamed" && made.actor == nil)
        let sent = [
            SyslogMessage.text(made, installation: "x"),
            String(decoding: WebhookMessage.body(made, installation: "x"), as: UTF8.self),
        ]
        for text in sent where !hostile.isEmpty { #expect(!text.contains(hostile)) }
        #expect(sent[0].utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }

    @Test func subjectsAreBounded() {
        let many = (0..<50).map { (name: "n\($0)", value: "v") }
        #expect(notice(many).subjects.count == Notice.maximumSubjects)
    }
}
