// Requests that break one rule each, for Anthropic's endpoint.
@testable import Simulator

extension StrictnessTests {
    /// A request with these members beside model, messages and max_tokens.
    private static func message(
        _ more: String = "", messages: String = user, model: String = "claude-opus-4-8", limit: String? = "5"
    ) -> String {
        let limit = limit.map { #","max_tokens":\#($0)"# } ?? ""
        return #"{"model":"\#(model)","messages":\#(messages)\#(limit)\#(more.isEmpty ? "" : "," + more)}"#
    }

    private static func turns(_ turns: String...) -> String { "[" + turns.joined(separator: ",") + "]" }
    private static let hello = #"{"role":"user","content":"hi"}"#
    private static let result = #"{"type":"tool_result","tool_use_id":"t1","content":"1"}"#
    private static let thinking = #""thinking":{"type":"enabled","budget_tokens":1024}"#

    static let anthropic: [Refused] = doorAndShapes + limits + turnsAndBlocks

    private static let doorAndShapes: [Refused] = [
        Refused(
            rule: "key-missing", status: 401, body: message(), headers: Array(Headers.anthropic.dropFirst()),
            says: "x-api-key header is required", code: "authentication_error"),
        Refused(
            rule: "key-wrong", status: 401, body: message(),
            headers: ["x-api-key: other"] + Headers.anthropic.dropFirst(),
            says: "invalid x-api-key", code: "authentication_error"),
        Refused(
            rule: "path-unknown", status: 404, path: "/v1/complete", body: message(), says: "Not found",
            code: "not_found_error"),
        Refused(rule: "method-wrong", status: 405, body: "", method: "GET", says: "Method Not Allowed"),
        Refused(
            rule: "version-missing", body: message(), headers: [Headers.anthropic[0], Headers.anthropic[2]],
            says: "anthropic-version: header is required"),
        Refused(
            rule: "version-malformed", body: message(),
            headers: [Headers.anthropic[0], Headers.anthropic[2], "anthropic-version: latest"],
            says: "is not a valid version"),
        Refused(rule: "not-json", body: "{", says: "is not valid JSON"),
        Refused(rule: "duplicate-key", body: message(#""max_tokens":6"#), says: "the key occurs twice"),
        Refused(rule: "not-an-object", body: "7", says: "valid dictionary"),
        Refused(rule: "unknown-field", body: message(#""n":2"#), says: "n: Extra inputs are not permitted"),
        Refused(
            rule: "unknown-field",
            body: message(messages: #"[{"role":"user","content":[{"type":"text","text":"a","id":1}]}]"#),
            says: "messages.0.content.0.text.id: Extra inputs are not permitted"),
        Refused(rule: "missing-field", body: message(limit: nil), says: "max_tokens: Field required"),
        Refused(
            rule: "missing-field", body: message(#""tools":[{"name":"f"}]"#),
            says: "tools.0.input_schema: Field required"),
        Refused(rule: "wrong-type", body: message(messages: #""hi""#), says: "messages: Input should be a valid list"),
        Refused(rule: "wrong-type", body: message(limit: #""5""#), says: "max_tokens: Input should be a valid integer"),
        Refused(
            rule: "value-not-allowed", body: message(messages: #"[{"role":"tool","content":"hi"}]"#),
            says: "messages.0: Input tag 'tool' found using 'role' does not match"),
        Refused(
            rule: "value-not-allowed", body: message(#""service_tier":"flex""#),
            says: "service_tier: Input should be 'auto' or 'standard_only'"),
        Refused(
            rule: "number-too-small", body: message(limit: "-1"),
            says: "max_tokens: Input should be greater than or equal to 0"),
        Refused(
            rule: "number-too-small",
            body: message(#""thinking":{"type":"enabled","budget_tokens":1023}"#, limit: "2000"),
            says: "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"),
        Refused(
            rule: "number-too-large", body: message(#""temperature":1.1"#),
            says: "temperature: Input should be less than or equal to 1"),
        Refused(
            rule: "list-too-short", body: message(messages: "[]"), says: "messages: List should have at least 1 item"),
        Refused(
            rule: "text-too-short",
            body: message(messages: #"[{"role":"user","content":[{"type":"text","text":""}]}]"#),
            says: "text: String should have at least 1 character"),
        Refused(
            rule: "text-too-long", body: message(#""metadata":{"user_id":"\#(String(repeating: "u", count: 257))"}"#),
            says: "metadata.user_id: String should have at most 256 characters"),
    ]

    private static let limits: [Refused] = [
        Refused(
            rule: "model-unknown", status: 404, body: message(model: "gpt-5.5"), says: "model: gpt-5.5",
            code: "not_found_error"),
        Refused(rule: "too-many-tokens", body: message(limit: "128001"), says: "max_tokens: 128001 > 128000"),
        Refused(
            rule: "tool-choice-without-tools", body: message(#""tool_choice":{"type":"any"}"#),
            says: "while providing tools"),
        Refused(
            rule: "tool-choice-unknown",
            body: message(#""tools":[\#(ownTool)],"tool_choice":{"type":"tool","name":"x"}"#),
            says: "Tool 'x' not found"),
        Refused(
            rule: "tool-name-twice", body: message(#""tools":[\#(ownTool),\#(ownTool)]"#),
            says: "Tool names must be unique"),
        Refused(
            rule: "thinking-budget-too-large", body: message(thinking, limit: "1024"),
            says: "`max_tokens` must be greater than `thinking.budget_tokens`"),
        Refused(
            rule: "thinking-with-temperature", body: message(thinking + #","temperature":0.5"#, limit: "2000"),
            says: "may only be set to 1 when thinking is enabled"),
        Refused(
            rule: "thinking-with-forced-tool",
            body: message(thinking + #","tools":[\#(ownTool)],"tool_choice":{"type":"any"}"#, limit: "2000"),
            says: "Thinking may not be enabled when tool_choice forces"),
        Refused(
            rule: "stop-only-whitespace", body: message(#""stop_sequences":["a","\n "]"#),
            says: "must contain non-whitespace"),
    ]

    private static let turnsAndBlocks: [Refused] = [
        Refused(
            rule: "tool-result-without-call", body: message(messages: #"[{"role":"user","content":[\#(result)]}]"#),
            says: "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t1"),
        Refused(
            rule: "call-without-tool-result", body: message(messages: turns(hello, useTurn, hello)),
            says: "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1"),
        Refused(
            rule: "call-without-tool-result",
            body: message(
                messages: turns(hello, useTurn, #"{"role":"user","content":[{"type":"text","text":"x"},\#(result)]}"#)),
            says: "without `tool_result` blocks immediately after"),
        Refused(
            rule: "empty-message", body: message(messages: turns(hello, #"{"role":"assistant","content":""}"#, hello)),
            says: "messages.1: all messages must have non-empty content"),
        Refused(
            rule: "empty-message",
            body: message(messages: #"[{"role":"user","content":[{"type":"text","text":" \n"}]}]"#),
            says: "must contain non-whitespace text"),
        Refused(
            rule: "first-message-not-user",
            body: message(messages: turns(#"{"role":"assistant","content":"hi"}"#, hello)),
            says: "first message must use the \"user\" role"),
        Refused(
            rule: "final-whitespace", body: message(messages: turns(hello, #"{"role":"assistant","content":"So "}"#)),
            says: "cannot end with trailing whitespace"),
        Refused(
            rule: "block-misplaced",
            body: message(
                messages: #"[{"role":"user","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]}]"#),
            says: "can only be in `assistant` messages"),
        Refused(
            rule: "block-misplaced",
            body: message(messages: turns(hello, #"{"role":"assistant","content":[\#(result)]}"#)),
            says: "can only be in `user` messages"),
    ]

    static let accepted: [(VendorProtocol, String)] =
        acceptedOpenAI.map { (.openAI, $0) } + acceptedAnthropic.map { (.anthropic, $0) }

    private static let acceptedAnthropic: [String] = [
        message(), message(limit: "0"), message(#""temperature":0"#),
        message(#""temperature":1,"top_k":3,"top_p":0.5"#),
        message(#""stream":true"#), message(thinking, limit: "1025"),
        message(#""system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}]"#),
        message(#""tools":[\#(ownTool),{"type":"web_search_20260318","name":"web_search","max_uses":3}]"#),
        message(messages: turns(hello, useTurn, #"{"role":"user","content":[\#(result),{"type":"text","text":"x"}]}"#)),
        message(messages: turns(hello, useTurn, #"{"role":"user","content":[\#(result)]}"#, hello)),
        message(messages: turns(hello, hello, #"{"role":"assistant","content":"So"}"#)),
        message(messages: turns(hello, #"{"role":"system","content":"be brief"}"#, hello)),
        message(#""output_config":{"format":{"type":"json_schema","schema":{"type":"object"}},"effort":"high"}"#),
        message(#""inference_geo":"us","service_tier":"auto","metadata":{"user_id":null}"#),
    ]
}
