// Proves that a script is read whole or refused with its place named, that rules play on the requests they name and no
// others, and that events keep their meaning in every shape a script gives them.
import JSON
import Testing

@testable import Simulator

struct ScriptTests {
    @Test func everyWordIsRead() throws {
        let text = """
            {"rules":[{"match":{"model":"m","header":{"name":"X-Test","contains":"a"},"text":"t","nth":2,"every":3},
            "times":4,
            "play":{"delay_head_ms":1,"delay_first_event_ms":2,"pause":{"after":3,"ms":4},"tokens_per_second":5,
            "status":{"code":429,"type":"t","message":"m","body":"b","headers":{"Retry-After":"2"}},
            "end":{"how":"error","after":6,"type":"x","message":"y"},
            "insert":[{"what":"huge","after":7,"bytes":8},{"what":"comment","after":0}],
            "framing":"crlf","data_lines":9,"split_bytes":true,"content_length_error":-3,"tokens":10,
            "finish_reason":"f","model":"o","region":"r","omit_usage":true}}]}
            """
        let rule = try #require(try ScriptReader.script(Array(text.utf8)).rules.first)
        var match = ScriptRule.Match(model: "m", text: "t", nth: 2, every: 3)
        match.header = ("x-test", "a")
        #expect(rule.match == match && rule.times == 4)
        var play = Play()
        play.delayHeadMilliseconds = 1
        play.delayFirstEventMilliseconds = 2
        play.pauseAfter = 3
        play.pauseMilliseconds = 4
        play.tokensPerSecond = 5
        play.status = Play.Status(
            code: 429, type: "t", message: "m", body: "b", headers: [Play.Header(name: "retry-after", value: "2")])
        play.end = Play.End(cut: .error, place: .after(6), type: "x", message: "y")
        play.insertions = [
            Play.Insertion(kind: .huge, after: 7, bytes: 8), Play.Insertion(kind: .comment, after: 0, bytes: 1 << 20),
        ]
        play.framing = .crlf
        play.dataLines = 9
        play.splitsBytes = true
        play.contentLengthError = -3
        play.tokens = 10
        play.finishReason = "f"
        play.model = "o"
        play.region = "r"
        play.omitsUsage = true
        #expect(rule.play == play)
    }

    @Test(arguments: [
        ("", "", "this is not JSON"), ("[]", "", "expected object, found array"), ("{}", "rules", "this is missing"),
        (#"{"rules":[{"match":{}}]}"#, "rules[0].play", "this is missing"),
        (#"{"rules":[{"play":{"dely_head_ms":1}}]}"#, "rules[0].play.dely_head_ms", "not known"),
        (#"{"rules":[{"play":{"delay_head_ms":600001}}]}"#, "rules[0].play.delay_head_ms", "above 600000"),
        (
            #"{"rules":[{"play":{"end":{"how":"explode","after":1}}}]}"#, "rules[0].play.end.how",
            "explode is not one of reset"
        ),
        (#"{"rules":[{"play":{"end":{"how":"reset"}}}]}"#, "rules[0].play.end.after", "missing"),
        (
            #"{"rules":[{"play":{"end":{"how":"reset","after":"tail"}}}]}"#, "rules[0].play.end.after",
            "tail is not one of head"
        ),
        (#"{"rules":[{"play":{"end":{"how":"error","after":"head"}}}]}"#, "rules[0].play.end", "an error event needs"),
        (#"{"rules":[{"play":{"status":{"code":200}}}]}"#, "rules[0].play.status.code", "below 400"),
        (
            #"{"rules":[{"play":{"status":{"code":429,"headers":{"a b":"c"}}}}]}"#, "rules[0].play.status.headers",
            "a name is"
        ),
        (
            #"{"rules":[{"play":{"status":{"code":429,"headers":{"a":"b\r\nc: d"}}}}]}"#,
            "rules[0].play.status.headers",
            "no control bytes"
        ),
        (
            #"{"rules":[{"play":{"status":{"code":429,"headers":{"Content-Length":"5"}}}}]}"#,
            "rules[0].play.status.headers", "content-length belongs"
        ),
        (#"{"rules":[{"play":{"split_bytes":true,"drip_ms":1}}]}"#, "rules[0].play", "not both"),
        (
            #"{"rules":[{"play":{"insert":[{"what":"huge","after":0,"bytes":67108864},"#
                + #"{"what":"huge","after":0,"bytes":1}]}}]}"#,
            "rules[0].play", "more than 67108864 bytes"
        ),
        (
            #"{"rules":[{"play":{"split_bytes":true,"insert":[{"what":"huge","after":0,"bytes":1048577}]}}]}"#,
            "rules[0].play", "more than 1048576 bytes cannot be sent one by one"
        ),
        (#"{"rules":[{"match":{"nth":0},"play":{}}]}"#, "rules[0].match.nth", "below 1"),
    ])
    func aBadScriptIsRefusedByPlace(_ text: String, _ place: String, _ problem: String) {
        let fault = #expect(throws: ScriptFault.self) { try ScriptReader.script(Array(text.utf8)) }
        #expect(fault?.place == place)
        #expect(fault?.problem.contains(problem) == true, "\(fault?.problem ?? "")")
    }

    @Test func tooManyRulesAreRefused() throws {
        func script(_ count: Int) -> [UInt8] {
            Array(("{\"rules\":[" + repeatElement("{\"play\":{}}", count: count).joined(separator: ",") + "]}").utf8)
        }
        #expect(try ScriptReader.script(script(Script.ruleLimit)).rules.count == Script.ruleLimit)
        #expect(throws: ScriptFault.self) { try ScriptReader.script(script(Script.ruleLimit + 1)) }
    }

    @Test func textsAreScriptsOnlyInTheirForm() throws {
        #expect(try ScriptReader.inBand("hello [[simulate: {}]]") == nil)
        let (play, source) = try #require(try ScriptReader.inBand(#"[[simulate: {"tokens":3}]] and more ]]"#))
        #expect(play.tokens == 3 && String(decoding: source, as: UTF8.self) == #" {"tokens":3}"#)
        for bad in ["[[simulate: {}", "[[simulate: nothing]]", #"[[simulate: {"token":3}]]"#] {
            #expect(throws: ScriptFault.self) { try ScriptReader.inBand(bad) }
        }
    }

    /// Which of six requests each rule plays on: (model, header a, text).
    @Test(arguments: [
        (#"{}"#, 9, [1, 2, 3, 4, 5, 6]), (#"{"nth":2}"#, 9, [2]), (#"{"every":2}"#, 9, [2, 4, 6]), (#"{}"#, 2, [1, 2]),
        (#"{"model":"b"}"#, 9, [2, 4, 6]), (#"{"model":"b","nth":3}"#, 9, [6]), (#"{"text":"3"}"#, 9, [3]),
        (#"{"header":{"name":"A"}}"#, 9, [1, 2, 3, 4, 5]), (#"{"header":{"name":"a","contains":"4"}}"#, 9, [4]),
        (#"{"model":"c"}"#, 9, []),
    ])
    func rulesPlayOnTheRequestsTheyName(_ match: String, _ times: Int, _ expected: [Int]) throws {
        var script = try ScriptReader.script(
            Array(#"{"rules":[{"match":\#(match),"times":\#(times),"play":{"tokens":1}}]}"#.utf8))
        var played: [Int] = []
        for number in 1...6 {
            let subject = Script.Subject(
                model: number.isMultiple(of: 2) ? "b" : "a", lastUserText: "text \(number)",
                header: { name in name == "a" && number < 6 ? "value \(number)" : nil })
            if script.take(subject) != nil { played.append(number) }
        }
        #expect(played == expected)
    }

    @Test func theFirstRuleThatPlaysWins() throws {
        let text = #"{"rules":[{"times":1,"play":{"tokens":1}},{"play":{"tokens":2}}]}"#
        var script = try ScriptReader.script(Array(text.utf8))
        let subject = Script.Subject(model: "m", lastUserText: "", header: { _ in nil })
        #expect((0..<3).map { _ in script.take(subject)?.play.tokens } == [1, 2, 2])
    }

    @Test func shapesKeepTheMeaning() throws {
        let event = "event: a\ndata: {\"x\":\"1,\\\"2\",\"y\":[3,4],\"z\":5}\n\n"
        #expect(
            Self.shaped(event, .crlf, 1)
                == event.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
        #expect(Self.shaped(event, .cr, 1) == String(event.map { $0 == "\n" ? "\r" : $0 }))
        #expect(
            Self.shaped(event, .lf, 3) == "event: a\ndata: {\"x\":\"1,\\\"2\",\ndata: \"y\":[3,\ndata: 4],\"z\":5}\n\n",
            "cut behind commas outside of strings")
        #expect(Self.shaped("data: [DONE]\n\n", .lf, 3) == "data: [DONE]\n\n")
        for lines in 1...9 {
            var parser = JSONParser()
            let data = Self.shaped(event, .lf, lines).split(separator: "\n").filter { $0.hasPrefix("data: ") }.map {
                $0.dropFirst(6)
            }
            #expect(try parser.parse(Array(data.joined(separator: "\n").utf8)).root["z"]?.integer == 5)
        }
    }

    static func shaped(_ events: String, _ framing: Play.Framing, _ lines: Int) -> String {
        String(decoding: EventShape(framing: framing, dataLines: lines).apply(Array(events.utf8)), as: UTF8.self)
    }
}
