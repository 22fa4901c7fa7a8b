// Proves what is said: numbered words of the right count, cut before a stop sequence; arguments and structured answers
// that their schema allows; pieces that break no character.
import JSON
import Testing

@testable import Simulator

struct DraftTests {
    static func request(_ change: (inout ChatRequest) -> Void = { _ in }) -> ChatRequest {
        var request = ChatRequest(wire: .openAI, model: "m")
        change(&request)
        return request
    }

    static func draft(_ play: Play = Play(), _ change: (inout ChatRequest) -> Void = { _ in }) -> Draft {
        Drafting(request: request(change), digest: Array("00".utf8), play: play).draft()
    }

    @Test func theNumberOfTokensIsWhatWasAllowed() {
        #expect(Self.draft().outputTokens == 20 && Self.draft().ending == .natural)
        let limited = Self.draft { $0.tokenLimit = 7 }
        #expect(limited.outputTokens == 7 && limited.ending == .limit)
        var play = Play()
        play.tokens = 3
        let scripted = Self.draft(play) { $0.tokenLimit = 7 }
        #expect(scripted.outputTokens == 3 && scripted.ending == .natural)
        play.tokens = 30
        #expect(Self.draft(play) { $0.tokenLimit = 7 }.outputTokens == 7)
        #expect(Self.draft { $0.tokenLimit = 0 }.outputTokens == 0)
        let thinking = Self.draft {
            $0.tokenLimit = 10; $0.thinks = true
        }
        #expect(thinking.thinking == 3 && thinking.outputTokens == 10)
    }

    @Test func wordsCarryTheirNumbers() {
        let text = NumberedText(digest: Array("00".utf8), tokens: 9).text()
        #expect(String(decoding: text, as: UTF8.self) == "sha256:00 tok1 字2 tok3 naïve4 tok5 😀6 tok7 tok8 ")
    }

    @Test(arguments: [
        (["tok5"], 5, "tok5"), (["nothing"], 20, ""), (["ok3 n", "😀6"], 3, "ok3 n"), (["tok19", "字2"], 2, "字2"),
        ([""], 20, ""),
        (["sha"], 0, "sha"),
    ])
    func aStopSequenceEndsBeforeItself(_ stops: [String], _ tokens: Int, _ fired: String) {
        let draft = Self.draft { $0.stops = stops }
        #expect(draft.outputTokens == tokens)
        #expect(draft.ending == (fired.isEmpty ? .natural : .stop(sequence: fired)))
    }

    @Test func piecesBreakNoCharacter() {
        let text = Array(#"{"a":"字字字😀😀😀é"}"#.utf8)
        for length in 1...20 {
            let pieces = Draft.pieces(of: text, length: length)
            #expect(Array(pieces.joined()) == text)
            #expect(pieces.allSatisfy { String(validating: $0, as: UTF8.self) != nil })
            #expect(pieces.dropLast().allSatisfy { $0.count >= length })
        }
    }

    @Test(arguments: [
        (#"{}"#, #"{"note":"tok 字 😀"}"#),
        (
            #"{"type":"object","properties":{"n":{"type":"integer","minimum":3},"ok":{"type":"boolean"}}}"#,
            #"{"n":3,"ok":true}"#
        ),
        (#"{"type":"object","properties":{"u":{"enum":["c","f"]},"k":{"const":4}}}"#, #"{"u":"c","k":4}"#),
        (#"{"type":"array","minItems":2,"items":{"type":["null","number"]}}"#, "[7,7]"),
        (
            ##"{"properties":{"p":{"$ref":"#/$defs/P"}},"$defs":{"P":{"type":"string","format":"date"}}}"##,
            #"{"p":"2026-05-04"}"#
        ),
        (#"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, "null"),
    ])
    func sampleValuesKeepToTheirSchema(_ schema: String, _ value: String) throws {
        var parser = JSONParser()
        let document = try parser.parse(Array(schema.utf8))
        #expect(String(decoding: SampleJSON.value(for: document.root), as: UTF8.self) == value)
    }

    /// A schema that refers to itself must not run for ever.
    @Test func aSchemaInItselfEnds() throws {
        var parser = JSONParser()
        let properties = (0..<20).map { ##""p\##($0)":{"$ref":"#"}"## }.joined(separator: ",")
        let schema =
            ##"{"properties":{"again":{"$ref":"#/$defs/A"},\##(properties)},"$defs":{"A":{"$ref":"#/$defs/A"}}}"##
        let document = try parser.parse(Array(schema.utf8))
        let value = SampleJSON.value(for: document.root)
        #expect(value.count < 100_000)
        #expect(throws: Never.self) { try parser.parse(value) }
    }
}
