// Proves that requests of both protocols are read strictly, each fault named with its field, and that what goes
// upstream is what came but for declared splices.
import Bytes
import JSON
import Testing
import Vocabulary

@testable import Dialects

struct RequestTests {
    private let openAI = OpenAIChatCompletions()
    private let anthropic = AnthropicMessages()
    private static let hello = #""messages":[{"role":"user","content":"hello"}]"#

    @Test func openAIFields() throws {
        let request = try parse(
            openAI,
            #"""
            {"model":"gpt-5","stream":true,"max_tokens":7,"max_completion_tokens":9,"store":true,
             "messages":[{"role":"developer","content":"be brief"},{"role":"user","content":[{"type":"text","text":"hi"}]},
             {"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","content":"x","tool_call_id":"1"}],
             "tools":[{"type":"function","function":{"name":"f"}}]}
            """#, head: ["content-type": "application/json; charset=utf-8", "openai-beta": "x=1", "cookie": "secret"])
        #expect(request.model == "gpt-5")
        #expect(text(Array(request.document.bytes[request.modelRange])) == #""gpt-5""#)
        #expect(request.isStreaming)
        #expect(request.maximumOutputTokens == 9)
        #expect(request.turns.map(\.role) == [.system, .user, .assistant, .tool])
        #expect(
            text(Array(request.document.bytes[request.turns[0].range])) == #"{"role":"developer","content":"be brief"}"#
        )
        #expect(request.toolCount == 1)
        #expect(request.asksVendorToStore)
        #expect(request.forwardedHeaders == [Header("openai-beta", "x=1")])
        #expect(openAI.record(request).modelAsked == "gpt-5")
    }

    @Test func anthropicFields() throws {
        let request = try parse(
            anthropic,
            #"""
            {"model":"claude-opus-5","max_tokens":64,"system":[{"type":"text","text":"s"}],"inference_geo":"eu",
             "messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"text","text":"yo"}]}]}
            """#,
            head: [
                "anthropic-version": "2023-06-01", "anthropic-beta": "a,b", "x-api-key": "secret",
                "anthropic-workspace-id": "w", "user-agent": "u",
            ], query: "beta=true")
        #expect(request.model == "claude-opus-5")
        #expect(!request.isStreaming)
        #expect(request.maximumOutputTokens == 64)
        #expect(request.regionAsked == "eu")
        #expect(request.turns.map(\.role) == [.user, .assistant])
        #expect(
            request.forwardedHeaders == [Header("anthropic-version", "2023-06-01"), Header("anthropic-beta", "a,b")])
        #expect(
            anthropic.outgoing(request, model: "claude-opus-5", redactions: [], injectsUsage: true).target
                == "/v1/messages?beta=true")
    }

    @Test(
        arguments: [
            (#"[]"#, nil), (#"{"#, nil), (#"{"model":"a","model":"b",\#(hello)}"#, "model"),
            (#"{\#(hello)}"#, "model"), (#"{"model":7,\#(hello)}"#, "model"), (#"{"model":"",\#(hello)}"#, "model"),
            (#"{"model":null,\#(hello)}"#, "model"), (#"{"model":"m"}"#, "messages"),
            (#"{"model":"m","messages":"hi"}"#, "messages"), (#"{"model":"m","messages":[]}"#, "messages"),
            (#"{"model":"m","messages":["hi"]}"#, "messages[0]"),
            (#"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":1,"content":"x"}]}"#, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":"user","content":{}}]}"#, "messages[0].content"),
            (#"{"model":"m","messages":[{"role":"user","content":["x"]}]}"#, "messages[0].content[0]"),
            (#"{"model":"m","stream":"yes",\#(hello)}"#, "stream"), (#"{"model":"m","tools":{},\#(hello)}"#, "tools"),
            (#"{"model":"m","tools":[1],\#(hello)}"#, "tools[0]"),
            (#"{"model":"m","max_tokens":"5",\#(hello)}"#, "max_tokens"),
            (#"{"model":"m","max_tokens":1.5,\#(hello)}"#, "max_tokens"),
            (#"{"model":"m","max_tokens":-1,\#(hello)}"#, "max_tokens"),
        ] as [(String, String?)])
    func sharedFaults(body: String, field: String?) throws {
        for fault in [failure(openAI, body), failure(anthropic, body.replacingLimit)] {
            let fault = try #require(fault)
            #expect(fault.kind == .invalidRequest)
            #expect(fault.field == field, "\(fault.message)")
            #expect(!fault.message.contains("hello") && !fault.message.hasSuffix("."))
        }
    }

    @Test(arguments: [
        (#"{"model":"m","max_completion_tokens":0,\#(hello)}"#, "max_completion_tokens"),
        (#"{"model":"m","stream":true,"stream_options":7,\#(hello)}"#, "stream_options"),
        (
            #"{"model":"m","stream":true,"stream_options":{"include_usage":"x"},\#(hello)}"#,
            "stream_options.include_usage"
        ),
        (#"{"model":"m","store":1,\#(hello)}"#, "store"),
    ])
    func openAIFaults(body: String, field: String) {
        #expect(failure(openAI, body)?.field == field)
    }

    @Test(arguments: [
        (#"{"model":"m",\#(hello)}"#, "max_tokens"), (#"{"model":"m","max_tokens":null,\#(hello)}"#, "max_tokens"),
        (#"{"model":"m","max_tokens":1,"system":7,\#(hello)}"#, "system"),
        (#"{"model":"m","max_tokens":1,"inference_geo":7,\#(hello)}"#, "inference_geo"),
        (#"{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}"#, "messages[0].content"),
    ])
    func anthropicFaults(body: String, field: String) {
        #expect(failure(anthropic, body)?.field == field)
    }

    @Test func faultsOfTheHead() {
        let body = #"{"model":"m","max_tokens":1,\#(RequestTests.hello)}"#
        #expect(failure(anthropic, body, head: ["content-type": "application/json"])?.field == "anthropic-version")
        #expect(
            failure(anthropic, body, head: ["anthropic-version": "a", "anthropic-version": "b"])?.field
                == "anthropic-version")
        #expect(failure(openAI, body, head: ["content-encoding": "gzip"])?.kind == .unsupportedMediaType)
        #expect(failure(openAI, body, head: ["content-encoding": "identity"]) == nil)
        #expect(failure(openAI, body, head: ["content-type": "text/plain"])?.kind == .unsupportedMediaType)
        #expect(failure(openAI, body, head: [:]) == nil)
        #expect(failure(openAI, body, query: "a=b")?.kind == .invalidRequest)
        #expect(failure(anthropic, body, query: "beta=false")?.kind == .invalidRequest)
        #expect(failure(anthropic, body, query: "beta=true") == nil)
    }

    @Test(arguments: [
        "hello world", "a,,b", "a,", "", " ", "a;b", "\"a\"", "é", "a/b", "a:b", "{\"a\":1}", "a\tb", "a+b", "%41",
        String(repeating: "x", count: 65), Array(repeating: "a", count: 17).joined(separator: ","),
    ])
    func aForwardedHeaderIsAListOfNames(value: String) throws {
        let body = #"{"model":"m","max_tokens":1,\#(RequestTests.hello)}"#
        let open = try #require(failure(openAI, body, head: ["openai-beta": value]))
        #expect(open.field == "openai-beta" && open.kind == .invalidRequest && open.message.contains("openai-beta"))
        let beta = failure(anthropic, body, head: ["anthropic-version": "2023-06-01", "anthropic-beta": value])
        #expect(beta?.field == "anthropic-beta" && beta?.kind == .invalidRequest)
        #expect(failure(anthropic, body, head: ["anthropic-version": value])?.field == "anthropic-version")
        #expect(failure(anthropic, body, head: ["anthropic-version": "2023-06-01,a"])?.field == "anthropic-version")
    }

    @Test(arguments: ["4539578763621486", "x=4539578763621486", "a,4539-5787-6362-1486", "DE22830689997598506774"])
    func aForwardedHeaderHoldsNoNumber(value: String) {
        let body = #"{"model":"m",\#(RequestTests.hello)}"#
        #expect(failure(openAI, body, head: ["openai-beta": value])?.field == "openai-beta")
    }

    @Test(arguments: [
        ("assistants=v2", "assistants=v2"), ("a , b,\tc_D.1", "a,b,c_D.1"),
        ("context-1m-2025-08-07,output-128k-2025-02-19", "context-1m-2025-08-07,output-128k-2025-02-19"),
        (String(repeating: "x", count: 64), String(repeating: "x", count: 64)),
        (
            Array(repeating: "a", count: 16).joined(separator: ","),
            Array(repeating: "a", count: 16).joined(separator: ",")
        ),
    ])
    func namesAreForwarded(value: String, expected: String) throws {
        let body = #"{"model":"m",\#(RequestTests.hello)}"#
        #expect(
            try parse(openAI, body, head: ["openai-beta": value]).forwardedHeaders == [Header("openai-beta", expected)])
    }

    /// Target, headers and body of what goes out are all that can leave.
    @Test func nothingElseOfTheHeadLeaves() throws {
        let body = #"{"model":"m","max_tokens":1,\#(RequestTests.hello)}"#
        let head: Head = [
            "content-type": "application/json; charset=utf-8", "accept": "secret", "user-agent": "secret",
            "cookie": "secret", "authorization": "Bearer secret", "x-api-key": "secret",
            "openai-organization": "secret",
            "openai-project": "secret", "anthropic-workspace-id": "secret", "idempotency-key": "secret",
            "x-stainless-os": "secret", "traceparent": "secret", "anthropic-dangerous-direct-browser-access": "true",
            "anthropic-version": "2023-06-01", "anthropic-beta": "a, b", "openai-beta": "c",
        ]
        let fixed = [Header("content-type", "application/json"), Header("accept", "application/json")]
        let chat = try parse(openAI, body, head: head)
        let sentChat = openAI.outgoing(chat, model: "m", redactions: [], injectsUsage: false)
        #expect(sentChat.headers == fixed + [Header("openai-beta", "c")])
        #expect(sentChat.target == "/v1/chat/completions")
        let messages = try parse(anthropic, body, head: head, query: "beta=true")
        let sentMessages = anthropic.outgoing(messages, model: "m", redactions: [], injectsUsage: false)
        let forwarded = [Header("anthropic-version", "2023-06-01"), Header("anthropic-beta", "a,b")]
        #expect(sentMessages.headers == fixed + forwarded)
        #expect(sentMessages.target == "/v1/messages?beta=true")
        #expect(anthropic.record(messages).forwardedHeaders == forwarded)
        #expect(anthropic.record(messages).forwardedQuery == "beta=true")
    }

    @Test(arguments: [
        "beta=true&a=b", "beta=TRUE", "beta=true%20", "beta", "beta=true&beta=true", "note=hello", "&", "=",
    ])
    func noOtherQueryIsForwarded(query: String) {
        let body = #"{"model":"m","max_tokens":1,\#(RequestTests.hello)}"#
        #expect(failure(anthropic, body, query: query[...])?.kind == .invalidRequest)
        #expect(failure(openAI, body, query: query[...])?.kind == .invalidRequest)
    }

    @Test func aModelIsReadInAnySpelling() throws {
        let request = try parse(openAI, #"{"mod\u0065l" : "\u0067pt\u002d5" ,\#(RequestTests.hello)}"#)
        #expect(request.model == "gpt-5")
        let outgoing = openAI.outgoing(request, model: "other \"one\"", redactions: [], injectsUsage: false)
        #expect(text(outgoing.body) == #"{"mod\u0065l" : "other \"one\"" ,\#(RequestTests.hello)}"#)
    }

    @Test func aModelsNameHasALimit() throws {
        let name = String(repeating: "m", count: RequestFields.modelLimit)
        #expect(try parse(openAI, #"{"model":"\#(name)",\#(RequestTests.hello)}"#).model == name)
        #expect(failure(openAI, #"{"model":"\#(name)m",\#(RequestTests.hello)}"#)?.field == "model")
    }

    /// Spaces, escapes, numbers and unknown fields that any re-serialisation would change.
    private static let odd =
        "{ \"z\" : 1.50e+1 ,\n\"model\":\"m\",\t\"temperature\" : 1.0 , \"unknown\" : {\"\\u0061\":[ ] , \"b\":0.10},"
        + "\"messages\":[ {\"role\":\"user\" , \"content\":\"\\u4e2d\\/ 中 \\ud83d\\ude00\"} ] , \"stream\":true }"

    @Test func nothingElseChanges() throws {
        let request = try parse(openAI, RequestTests.odd)
        let same = openAI.outgoing(request, model: "m", redactions: [], injectsUsage: false)
        #expect(text(same.body) == RequestTests.odd)
        #expect(same.splices.isEmpty)
        #expect(same.headers == [Header("content-type", "application/json"), Header("accept", "text/event-stream")])
        let renamed = openAI.outgoing(request, model: "vendor/m-1", redactions: [], injectsUsage: false)
        #expect(renamed.splices.count == 1)
        #expect(request.document.bytes.applying(renamed.splices) == renamed.body)
        #expect(text(renamed.body).count == RequestTests.odd.count + "vendor/m-1".count - 1)
    }

    @Test(arguments: [
        (#""stream":true"#, #""stream":true,"stream_options":{"include_usage":true}"#),
        (#""stream":true,"stream_options":null"#, #""stream":true,"stream_options":{"include_usage":true}"#),
        (#""stream":true,"stream_options":{}"#, #""stream":true,"stream_options":{"include_usage":true}"#),
        (
            #""stream":true,"stream_options":{ "include_obfuscation" : false }"#,
            #""stream":true,"stream_options":{ "include_obfuscation" : false ,"include_usage":true}"#
        ),
        (
            #""stream":true,"stream_options":{"include_usage":false}"#,
            #""stream":true,"stream_options":{"include_usage":true}"#
        ),
        (
            #""stream":true,"stream_options":{"include_usage": null }"#,
            #""stream":true,"stream_options":{"include_usage": true }"#
        ),
    ])
    func usageIsAskedForInTheClientsPlace(sent: String, expected: String) throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],"# + sent + "}"
        let request = try parse(openAI, body)
        let outgoing = openAI.outgoing(request, model: "m", redactions: [], injectsUsage: true)
        #expect(text(outgoing.body) == #"{"model":"m","messages":[{"role":"user","content":"x"}],"# + expected + "}")
        #expect(outgoing.hidesUsage)
        #expect(try parse(openAI, text(outgoing.body)).usageInStream == .asked)
        #expect(openAI.outgoing(request, model: "m", redactions: [], injectsUsage: false).splices.isEmpty)
    }

    @Test(arguments: [#""stream":true,"stream_options":{"include_usage":true}"#, #""stream":false"#, #""n":1"#])
    func usageIsNotAskedForTwice(sent: String) throws {
        let request = try parse(openAI, #"{"model":"m","messages":[{"role":"user","content":"x"}],"# + sent + "}")
        let outgoing = openAI.outgoing(request, model: "m", redactions: [], injectsUsage: true)
        #expect(outgoing.splices.isEmpty)
        #expect(!outgoing.hidesUsage)
    }

    @Test func redactionsGoOutWithTheRest() throws {
        let request = try parse(openAI, #"{"model":"m","messages":[{"role":"user","content":"a SECRET b"}]}"#)
        let offset = try #require(request.document.bytes.withUnsafeBytes { $0.firstOffset(of: "SECRET") })
        let redaction = Splice(offset: offset, removedCount: 6, inserted: Array("[CARD]".utf8))
        let outgoing = openAI.outgoing(request, model: "n", redactions: [redaction], injectsUsage: true)
        #expect(text(outgoing.body) == #"{"model":"n","messages":[{"role":"user","content":"a [CARD] b"}]}"#)
        #expect(outgoing.splices.count == 2)
        let inModel = Splice(offset: 10, removedCount: 1, inserted: Array("[CARD]".utf8))
        #expect(
            text(openAI.outgoing(request, model: "n", redactions: [inModel], injectsUsage: false).body).contains(
                #""model":"n""#))
    }

    @Test func theOtherProtocolIsNamed() throws {
        let chat = try parse(openAI, #"{"model":"m",\#(RequestTests.hello)}"#)
        let messages = try parse(anthropic, #"{"model":"m","max_tokens":1,\#(RequestTests.hello)}"#)
        #expect(openAI.translate(chat, to: .openai) == .native)
        #expect(anthropic.translate(messages, to: .anthropic) == .native)
        guard case .wrongEndpoint(let one) = openAI.translate(chat, to: .anthropic),
            case .wrongEndpoint(let other) = anthropic.translate(messages, to: .openai)
        else {
            Issue.record("a foreign protocol passed as native")
            return
        }
        #expect(one.message.contains("/v1/messages") && one.field == "model" && one.kind == .invalidRequest)
        #expect(other.message.contains("/v1/chat/completions") && other.kind == .invalidRequest)
    }
}

extension String {
    /// The same body with what Anthropic requires beside it, unless it is about that very field.
    fileprivate var replacingLimit: String {
        guard hasPrefix("{"), hasSuffix("}"), !contains("max_tokens") else { return self }
        return dropLast() + #","max_tokens":5}"#
    }
}
