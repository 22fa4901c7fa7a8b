// What the tests share: a head made of a dictionary, requests from text, streams cut into pieces.
import Bytes
import HTTP
import JSON
import Testing
import Vocabulary

@testable import Dialects

struct Head: HeaderLookup, ExpressibleByDictionaryLiteral {
    var fields: [(String, String)]

    init(dictionaryLiteral elements: (String, String)...) { fields = elements }

    func value(of name: StaticString) -> String? { fields.first { $0.0 == "\(name)" }?.1 }
    func count(of name: StaticString) -> Int { fields.count { $0.0 == "\(name)" } }
}

let anthropicHead: Head = ["content-type": "application/json", "anthropic-version": "2023-06-01"]
let openAIHead: Head = ["content-type": "application/json"]

func parse(
    _ endpoint: some Endpoint, _ body: String, head: Head? = nil, query: Substring = ""
) throws(DialectError) -> ParsedRequest {
    var parser = JSONParser()
    let usual = endpoint.wireProtocol == .anthropic ? anthropicHead : openAIHead
    return try endpoint.parse(head ?? usual, query: query, body: Array(body.utf8), with: &parser)
}

func failure(
    _ endpoint: some Endpoint, _ body: String, head: Head? = nil, query: Substring = ""
) -> Failure? {
    do {
        _ = try parse(endpoint, body, head: head, query: query)
        return nil
    } catch {
        return error.failure
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func json(_ bytes: [UInt8]) throws -> JSONValue {
    var parser = JSONParser()
    return try parser.parse(bytes).root
}

/// What came of a stream: what the client saw, the differences, the state at the end.
struct Outcome: Equatable {
    var shown = ""
    var splices: [Splice] = []
    var state: AnswerState
    var fault: UpstreamFault?
}

/// Feeds `stream` in pieces of `size` bytes and closes it.
func play(
    _ endpoint: some Endpoint, _ stream: String, hidesUsage: Bool = false, pieces size: Int = .max,
    closes: Bool = true
) -> Outcome {
    let bytes = Array(stream.utf8)
    var answer = AnswerStream(endpoint, hidesUsage: hidesUsage)
    var scratch = AnswerScratch()
    var shown: [UInt8] = []
    var splices: [Splice] = []
    var start = 0
    while start < bytes.count {
        let end = bytes.count - start > size ? start + size : bytes.count
        bytes[start..<end].withUnsafeBytes {
            answer.feed($0, shown: &shown, splices: &splices, with: &scratch)
        }
        start = end
    }
    if closes { answer.finish(shown: &shown, splices: &splices, with: &scratch) }
    if answer.fault != nil {
        answer.abandon(with: [], shown: &shown, splices: &splices)
    }
    #expect(bytes.applying(splices) == shown, "what was returned and the splices do not make what was shown")
    return Outcome(shown: text(shown), splices: splices, state: answer.state, fault: answer.fault)
}
