// Requests that break one rule each, for OpenAI's endpoint.
@testable import Simulator

extension StrictnessTests {
    /// A request with these members beside model and messages.
    private static func chat(_ more: String = "", messages: String = user, model: String = "gpt-5.5") -> String {
        #"{"model":"\#(model)","messages":\#(messages)\#(more.isEmpty ? "" : "," + more)}"#
    }

    private static func turns(_ turns: String...) -> String { "[" + turns.joined(separator: ",") + "]" }
    private static let hello = #"{"role":"user","content":"hi"}"#
    private static let json = "content-type: application/json"

    static let openAI: [Refused] = door + shapes + belongings + conversations

    private static let door: [Refused] = [
        Refused(rule: "key-missing", status: 401, body: chat(), headers: [json], says: "You didn't provide an API key"),
        Refused(
            rule: "key-wrong", status: 401, body: chat(), headers: ["authorization: Bearer sk-other", json],
            says: "Incorrect API key", code: "invalid_api_key"),
        // The vendor does not look for its key in another vendor's header.
        Refused(
            rule: "key-missing", status: 401, body: chat(), headers: ["x-api-key: \(SimulatorFixture.key)", json],
            says: "You didn't provide an API key"),
        Refused(
            rule: "path-unknown", status: 404, path: "/v1/completions", body: chat(),
            says: "Invalid URL (POST /v1/completions)"),
        Refused(rule: "path-unknown", status: 404, path: "/v1/messages", body: chat(), says: "Invalid URL"),
        Refused(rule: "method-wrong", status: 405, body: "", method: "GET", says: "Not allowed to GET"),
        Refused(
            rule: "content-type-wrong", body: chat(), headers: [Headers.openAI[0], "content-type: text/plain"],
            says: "Unsupported content type: 'text/plain'", code: "unsupported_content_type"),
        Refused(
            rule: "content-coded", status: 415, body: chat(), headers: Headers.openAI + ["content-encoding: gzip"],
            says: "content-encoding"),
        Refused(rule: "not-json", body: #"{"model":"#, says: "could not parse the JSON body"),
        Refused(
            rule: "duplicate-key", body: #"{"model":"gpt-5.5","mod\u0065l":"gpt-5.5","messages":[]}"#,
            says: "the key occurs twice"),
        Refused(rule: "not-an-object", body: "[]", says: "expected a JSON object"),
    ]

    private static let shapes: [Refused] = [
        Refused(
            rule: "unknown-field", body: chat(#""top_k":5"#), says: "Unknown parameter: 'top_k'.",
            code: "unknown_parameter", param: "top_k"),
        Refused(
            rule: "unknown-field", body: chat(messages: #"[{"role":"user","content":"hi","cache_control":{}}]"#),
            says: "'messages[0].cache_control'", code: "unknown_parameter", param: "messages[0].cache_control"),
        Refused(
            rule: "missing-field", body: #"{"model":"gpt-5.5"}"#, says: "Missing required parameter: 'messages'.",
            code: "missing_required_parameter", param: "messages"),
        Refused(
            rule: "missing-field", body: chat(messages: #"[{"content":"hi"}]"#), says: "'messages[0].role'",
            code: "missing_required_parameter", param: "messages[0].role"),
        Refused(
            rule: "wrong-type", body: chat(messages: #""hi""#), says: "expected an array, but got a string instead",
            code: "invalid_type", param: "messages"),
        Refused(
            rule: "wrong-type", body: chat(#""max_tokens":1.5"#), says: "expected an integer, but got a decimal",
            code: "invalid_type", param: "max_tokens"),
        Refused(
            rule: "wrong-type", body: chat(#""temperature":"1""#), says: "expected a decimal, but got a string",
            code: "invalid_type", param: "temperature"),
        Refused(
            rule: "wrong-type", body: chat(#""tools":null"#), says: "expected an array, but got null",
            code: "invalid_type",
            param: "tools"),
        Refused(
            rule: "value-not-allowed", body: chat(messages: #"[{"role":"boss","content":"hi"}]"#),
            says: "Invalid value: 'boss'. Supported values are: 'system', 'developer', 'user'", code: "invalid_value",
            param: "messages[0].role"),
        Refused(
            rule: "value-not-allowed",
            body: chat(messages: #"[{"role":"user","content":[{"type":"video","text":"x"}]}]"#),
            says: "Invalid value: 'video'", code: "invalid_value", param: "messages[0].content[0].type"),
        Refused(
            rule: "value-not-allowed", body: chat(#""reasoning_effort":"huge""#), says: "Invalid value: 'huge'",
            code: "invalid_value", param: "reasoning_effort"),
        Refused(
            rule: "number-too-small", body: chat(#""max_tokens":0"#),
            says: "integer below minimum value. Expected a value >= 1",
            code: "integer_below_min_value", param: "max_tokens"),
        Refused(
            rule: "number-too-small", body: chat(#""presence_penalty":-2.5"#), says: "decimal below minimum value",
            code: "decimal_below_min_value", param: "presence_penalty"),
        Refused(
            rule: "number-too-large", body: chat(#""temperature":2.1"#),
            says: "Expected a value <= 2, but got 2.1 instead",
            code: "decimal_above_max_value", param: "temperature"),
        Refused(
            rule: "number-too-large", body: chat(#""n":129"#), says: "integer above maximum value",
            code: "integer_above_max_value", param: "n"),
        Refused(
            rule: "list-too-short", body: chat(messages: "[]"),
            says:
                "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array "
                + "instead.",
            code: "empty_array", param: "messages"),
        Refused(
            rule: "list-too-long", body: chat(#""stop":["a","b","c","d","e"]"#),
            says: "maximum length 4, but got an array with length 5", code: "array_above_max_length", param: "stop"),
        Refused(
            rule: "text-too-short", body: chat(#""tools":[{"type":"function","function":{"name":""}}]"#),
            says: "empty string",
            code: "empty_string", param: "tools[0].function.name"),
        Refused(
            rule: "text-too-long",
            body: chat(#""tools":[{"type":"function","function":{"name":"\#(String(repeating: "n", count: 65))"}}]"#),
            says: "maximum length 64, but got a string with length 65", code: "string_above_max_length",
            param: "tools[0].function.name"),
    ]

    private static let belongings: [Refused] = [
        Refused(
            rule: "model-unknown", status: 404, body: chat(model: "gpt-9"), says: "The model `gpt-9` does not exist",
            code: "model_not_found"),
        Refused(
            rule: "model-lacks-parameter", body: chat(#""max_tokens":5"#, model: "o3"),
            says: "'max_tokens' is not supported with this model. Use 'max_completion_tokens'",
            code: "unsupported_parameter",
            param: "max_tokens"),
        Refused(
            rule: "too-many-tokens", body: chat(#""max_completion_tokens":128001"#),
            says: "at most 128000 completion tokens",
            code: "invalid_value", param: "max_completion_tokens"),
        Refused(
            rule: "stream-options-without-stream", body: chat(#""stream_options":{"include_usage":true}"#),
            says: "only allowed when 'stream' is enabled", param: "stream_options"),
        Refused(
            rule: "token-limit-twice", body: chat(#""max_tokens":5,"max_completion_tokens":5"#),
            says: "at the same time",
            code: "invalid_parameter_combination", param: "max_tokens"),
        Refused(
            rule: "tool-choice-without-tools", body: chat(#""tool_choice":"auto""#), says: "only allowed when 'tools'",
            param: "tool_choice"),
        Refused(
            rule: "tool-choice-unknown",
            body: chat(#""tools":[\#(tool)],"tool_choice":{"type":"function","function":{"name":"other"}}"#),
            says: "'other' was not found", code: "invalid_value", param: "tool_choice"),
        Refused(
            rule: "parallel-calls-without-tools", body: chat(#""parallel_tool_calls":false"#),
            says: "only allowed when 'tools'",
            param: "parallel_tool_calls"),
        Refused(
            rule: "top-logprobs-without-logprobs", body: chat(#""top_logprobs":2"#),
            says: "only allowed when 'logprobs'",
            param: "top_logprobs"),
        Refused(
            rule: "json-mode-without-the-word", body: chat(#""response_format":{"type":"json_object"}"#),
            says: "must contain the word 'json'", param: "messages"),
        Refused(
            rule: "not-simulated", body: chat(#""logprobs":true"#), says: "does not imitate 'logprobs'",
            code: "not_simulated",
            param: "logprobs"),
    ]

    private static let conversations: [Refused] = [
        Refused(
            rule: "tool-result-without-call",
            body: chat(messages: turns(hello, #"{"role":"tool","tool_call_id":"c1","content":"1"}"#)),
            says: "must be a response to a preceeding message with 'tool_calls'", param: "messages.[1].role"),
        Refused(
            rule: "tool-result-without-call",
            body: chat(
                messages: turns(
                    hello, callTurn, #"{"role":"tool","tool_call_id":"c1","content":"1"}"#, hello,
                    #"{"role":"tool","tool_call_id":"c1","content":"1"}"#)),
            says: "must be a response to a preceeding message", param: "messages.[4].role"),
        Refused(
            rule: "call-without-tool-result", body: chat(messages: turns(hello, callTurn, hello)),
            says: "did not have response messages: c1", param: "messages.[1].role"),
        Refused(
            rule: "call-without-tool-result", body: chat(messages: turns(hello, callTurn)),
            says: "did not have response messages: c1", param: "messages.[1].role"),
        Refused(
            rule: "empty-message", body: chat(messages: turns(hello, #"{"role":"assistant","content":null}"#)),
            says: "expected a string, got null", param: "messages.[1].content"),
    ]

    static let reasoner: [Refused] = [
        Refused(
            rule: "roles-not-alternating", body: chat(messages: turns(hello, hello), model: "deepseek-reasoner"),
            says: "messages[0] and messages[1] in your input")
    ]

    static let acceptedOpenAI: [String] = [
        chat(), chat(#""temperature":0"#), chat(#""temperature":2"#), chat(#""temperature":null"#),
        chat(#""stop":"\n""#),
        chat(#""stop":["a","b","c","d"]"#), chat(#""n":3"#), chat(#""max_tokens":1"#),
        chat(#""max_completion_tokens":1000"#), chat(#""max_completion_tokens":5"#, model: "o3"),
        chat(#""stream":true,"stream_options":{"include_usage":true}"#),
        chat(#""tools":[\#(tool)],"tool_choice":"auto""#),
        chat(#""tools":[\#(tool)],"tool_choice":"required","parallel_tool_calls":false"#),
        chat(#""tool_choice":"none""#), chat(#""metadata":{"a":"b"},"user":"u","seed":-1,"store":false"#),
        chat(messages: turns(hello, callTurn, #"{"role":"tool","tool_call_id":"c1","content":"1"}"#, hello)),
        chat(
            messages: #"[{"role":"system","content":"json"},{"role":"user","content":[{"type":"text","text":"x"}]}]"#),
        chat(
            #""response_format":{"type":"json_object"}"#,
            messages: #"[{"role":"system","content":"Answer in JSON."},{"role":"user","content":"hi"}]"#),
        chat(#""response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}"#),
    ]
}
