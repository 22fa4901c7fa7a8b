// Proves that Inspection gets every string, key and number of a request with its place, and that every part that is no
// readable text is named, in both protocols' full surface.
import Inspection
import JSON
import Testing

@testable import Dialects

struct ReadabilityTests {
    private func openAI(_ members: String) throws -> [String] {
        try parts(OpenAIChatCompletions(), #"{"model":"m","messages":[{"role":"user","content":"x"}],"# + members + "}")
    }

    private func openAI(part: String) throws -> [String] {
        try parts(OpenAIChatCompletions(), #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#)
    }

    private func anthropic(_ members: String) throws -> [String] {
        try parts(
            AnthropicMessages(),
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"# + members + "}")
    }

    private func anthropic(block: String) throws -> [String] {
        try parts(
            AnthropicMessages(), #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[\#(block)]}]}"#)
    }

    private func parts(_ endpoint: some Endpoint, _ body: String) throws -> [String] {
        endpoint.strings(try parse(endpoint, body)).unreadable.map { "\($0.path) \($0.kind.rawValue)" }
    }

    @Test func everyTextIsAPiece() throws {
        let endpoint = OpenAIChatCompletions()
        let body = #"""
            {"model":"m","x-unknown":{"d\u0065ep":["one",{"two":"three"}]},"messages":[{"role":"user","name":"n",
            "content":[{"type":"text","text":"hi"}]}],"tools":[{"type":"function","function":{"name":"f","description":"d",
            "parameters":{"type":"object","properties":{"pan":{"const":4798643261622430,"default":7}}}}}]}
            """#
        let inspectable = endpoint.strings(try parse(endpoint, body))
        let seen = inspectable.pieces.map { text(Array(inspectable.document.bytes[$0.range])) }
        let everything = [
            "model", "m", "x-unknown", #"d\u0065ep"#, "one", "two", "three", "messages", "role", "user", "name", "n",
            "content", "type", "text", "text", "hi", "tools", "type", "function", "function", "name", "f",
            "description",
            "d", "parameters", "type", "object", "properties", "pan", "const", "4798643261622430", "default",
        ]
        #expect(seen == everything)
        let three = inspectable.pieces[6]
        #expect(three.label.map { text(Array(inspectable.document.bytes[$0])) } == "two")
        #expect(inspectable.pieces[4].label == nil)
        var inspector = Inspector()
        let findings = inspector.inspect(inspectable.document.bytes, pieces: inspectable.pieces)
        #expect(findings.map { inspectable.path(of: $0) } == ["tools[0].function.parameters.properties.pan.const"])
    }

    @Test(
        arguments: [
            (#"{"type":"text","text":"x"}"#, nil), (#"{"type":"refusal","refusal":"x"}"#, nil),
            (#"{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}"#, "image"),
            (#"{"type":"image_url","image_url":{"url":"https://x.example/a.png"}}"#, "address"),
            (#"{"type":"image_url","image_url":{}}"#, "address"),
            (#"{"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}"#, "audio"),
            (#"{"type":"file","file":{"file_data":"AA","filename":"a.pdf"}}"#, "file"),
            (#"{"type":"file","file":{"file_id":"file-1"}}"#, "file_reference"),
            (#"{"type":"video_url","video_url":{"url":"x"}}"#, "unknown"), (#"{"text":"x"}"#, "unknown"),
            (#"{"type":7}"#, "unknown"), (#"{"type":"\u0074ext","text":"x"}"#, nil),
        ] as [(String, String?)])
    func openAIParts(part: String, kind: String?) throws {
        #expect(try openAI(part: part) == (kind.map { ["messages[0].content[0] " + $0] } ?? []))
    }

    @Test(
        arguments: [
            (#""tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"c"}}]"#, []),
            (#""tools":[{"function":{"name":"f"}}]"#, []), (#""tools":[{"name":"f"}]"#, ["tools[0] unknown"]),
            (#""tools":[{"type":"web_search"}]"#, ["tools[0] web_search"]),
            (#""tools":[{"type":"web_search_preview_2025_03_11"}]"#, ["tools[0] web_search"]),
            (#""tools":[{"type":"code_interpreter"}]"#, ["tools[0] code_execution"]),
            (#""tools":[{"type":"computer_use_preview"}]"#, ["tools[0] computer_use"]),
            (#""tools":[{"type":"mcp","server_url":"x"}]"#, ["tools[0] remote_tools"]),
            (#""tools":[{"type":"file_search"}]"#, ["tools[0] file_reference"]),
            (#""tools":[{"type":"image_generation"}]"#, ["tools[0] vendor_tool"]),
            (#""web_search_options":{}"#, ["web_search_options web_search"]), (#""web_search_options":null"#, []),
            (#""modalities":["text"]"#, []), (#""modalities":["text","audio"]"#, ["modalities[1] audio"]),
            (#""prediction":{"type":"content","content":"x"}"#, []),
            (
                #""prediction":{"type":"content","content":[{"type":"image_url","image_url":{"url":"data:x"}}]}"#,
                ["prediction.content[0] image"]
            ),
            (#""moderation":{"model":"m"}"#, ["moderation other_model"]),
            (#""models":["a","b"]"#, ["models other_model"]),
            (#""store":true"#, ["store vendor_storage"]),
            (#""store":false"#, []), (#""store":null"#, []),
            (#""prompt_cache_retention":"24h""#, ["prompt_cache_retention vendor_storage"]),
            (#""prompt_cache_retention":"in_memory""#, []),
            (#""data_sources":[{"type":"azure_search"}]"#, ["data_sources vendor_retrieval"]),
            (#""data_sources":null"#, []),
            (#""unknown_field":{"a":"b"}"#, ["unknown_field unknown_member"]), (#""unknown_field":null"#, []),
            (#""unknown_field":false"#, ["unknown_field unknown_member"]),
            (#""inference_geo":"eu""#, ["inference_geo unknown_member"]),
        ] as [(String, [String])])
    func openAIMembers(members: String, expected: [String]) throws {
        #expect(try openAI(members) == expected)
    }

    /// Every documented member with text wherever it takes any: known, and its text inspected.
    @Test(arguments: [
        #""frequency_penalty":0.1,"presence_penalty":0,"temperature":1,"top_p":1,"n":1,"seed":1,"verbosity":"low""#,
        #""logprobs":true,"top_logprobs":1,"max_completion_tokens":1,"max_tokens":1,"parallel_tool_calls":true"#,
        #""reasoning_effort":"low","service_tier":"auto","stream":true,"stream_options":{"include_usage":true}"#,
        #""user":"@""#, #""metadata":{"@":"x"}"#, #""metadata":{"x":"@"}"#, #""safety_identifier":"@""#,
        #""prompt_cache_key":"@""#, #""prompt_cache_options":{"mode":"@"}"#, #""stop":"@""#, #""stop":["x","@"]"#,
        #""logit_bias":{"@":1}"#, #""prediction":{"type":"content","content":"@"}"#, #""audio":{"voice":"@"}"#,
        #""response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"const":"@"}}}"#,
        #""functions":[{"name":"f","description":"@"}]"#, #""function_call":{"name":"@"}"#,
        #""tools":[{"type":"function","function":{"name":"f","parameters":{"enum":["@"]}}}]"#,
        #""tool_choice":{"type":"function","function":{"name":"@"}}"#, #""seed":4539578763621486"#,
    ])
    func openAIDocumentedMembers(members: String) throws {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"#
            + members.replacing("@", with: "4539 5787 6362 1486") + "}"
        try expectInspected(
            OpenAIChatCompletions(), body, holdsNumber: members.contains("@") || members.contains("4539"))
    }

    @Test(arguments: [
        #""cache_control":{"type":"ephemeral"},"service_tier":"auto","speed":"fast","stream":true"#,
        #""thinking":{"type":"disabled"},"temperature":1,"top_k":1,"top_p":1,"diagnostics":{"previous_message_id":null}"#,
        #""context_management":{"edits":[{"type":"@"}]},"compaction":{"instructions":"x"}"#, #""system":"@""#,
        #""metadata":{"user_id":"@"}"#, #""stop_sequences":["@"]"#, #""tool_choice":{"type":"tool","name":"@"}"#,
        #""compaction":{"instructions":"@"}"#, #""output_format":{"type":"json_schema","schema":{"const":"@"}}"#,
        #""output_config":{"format":{"type":"json_schema","schema":{"properties":{"@":{}}}}}"#,
        #""tools":[{"name":"f","description":"@","input_schema":{}}]"#, #""mcp_servers":[]"#,
    ])
    func anthropicDocumentedMembers(members: String) throws {
        let body =
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"#
            + members.replacing("@", with: "4539 5787 6362 1486") + "}"
        try expectInspected(AnthropicMessages(), body, holdsNumber: members.contains("@"))
    }

    private func expectInspected(_ endpoint: some Endpoint, _ body: String, holdsNumber: Bool) throws {
        let inspectable = endpoint.strings(try parse(endpoint, body))
        #expect(inspectable.unreadable.isEmpty, "\(inspectable.unreadable)")
        var inspector = Inspector()
        let findings = inspector.inspect(inspectable.document.bytes, pieces: inspectable.pieces)
        #expect(findings.map(\.detector) == (holdsNumber ? [.card] : []))
    }

    @Test(arguments: [
        ("previous_response_id", "stored_state"), ("conversation", "stored_state"), ("prompt", "stored_state"),
        ("file_ids", "file_reference"), ("vector_store_ids", "file_reference"), ("mcp_servers", "remote_tools"),
        ("container", "container"), ("plugins", "vendor_tool"), ("fallbacks", "other_model"),
    ])
    func openAIReferences(member: String, kind: String) throws {
        #expect(try openAI("\"\(member)\":\"x\"") == ["\(member) \(kind)"])
        #expect(try openAI("\"\(member)\":null").isEmpty)
    }

    @Test func anEscapedKeyIsTheSameMember() throws {
        for key in [#"st\u006fre"#, #"\u0073tore"#] {
            #expect(try openAI("\"\(key)\":true").map { $0.hasSuffix(" vendor_storage") } == [true])
        }
        #expect(try anthropic(#""inference\u005fgeo":"us""#).map { $0.hasSuffix(" region_choice") } == [true])
    }

    @Test func openAIMessages() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"assistant","content":null,"audio":{"id":"a"}},
            {"role":"assistant","tool_calls":[{"type":"function","id":"1"},{"id":"2"},{"type":"computer_call","id":"3"}]}]}
            """#
        #expect(
            try parts(OpenAIChatCompletions(), body) == [
                "messages[0].audio audio", "messages[1].tool_calls[2] vendor_tool",
            ])
    }

    @Test(
        arguments: [
            (#"{"type":"text","text":"x"}"#, nil), (#"{"type":"thinking","thinking":"x","signature":"s"}"#, nil),
            (#"{"type":"tool_use","id":"1","name":"f","input":{}}"#, nil),
            (#"{"type":"tool_result","tool_use_id":"1","content":"x"}"#, nil),
            (
                #"{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"x"},{"type":"tool_reference"}]}"#,
                nil
            ),
            (#"{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"x"}]}"#, nil),
            (#"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"}}"#, nil),
            (#"{"type":"document","source":{"type":"content","content":"x"}}"#, nil),
            (#"{"type":"compaction","content":"x"}"#, nil),
            (#"{"type":"tool_addition","tool":{"type":"tool_reference","name":"f"}}"#, nil),
            (
                #"{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"name":"f","input_schema":{}}}}"#,
                nil
            ),
            (#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}}"#, "image"),
            (#"{"type":"image","source":{"type":"url","url":"https://x.example"}}"#, "address"),
            (#"{"type":"image","source":{"type":"file","file_id":"f"}}"#, "file_reference"),
            (#"{"type":"image"}"#, "unknown"),
            (#"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AA"}}"#, "document"),
            (#"{"type":"document","source":{"type":"url","url":"https://x.example"}}"#, "address"),
            (#"{"type":"document","source":{"type":"file","file_id":"f"}}"#, "file_reference"),
            (#"{"type":"document","source":{"type":"new","data":"AA"}}"#, "unknown"),
            (#"{"type":"redacted_thinking","data":"AA"}"#, "encrypted"),
            (#"{"type":"compaction","content":"x","encrypted_content":"AA"}"#, "encrypted"),
            (#"{"type":"container_upload","file_id":"f"}"#, "file_reference"),
            (#"{"type":"server_tool_use","id":"1","name":"web_search","input":{}}"#, "web_search"),
            (#"{"type":"server_tool_use","id":"1","name":"bash_code_execution","input":{}}"#, "code_execution"),
            (#"{"type":"server_tool_use","id":"1","name":"tool_search_tool_bm25","input":{}}"#, "vendor_tool"),
            (#"{"type":"web_search_tool_result","tool_use_id":"1","content":[]}"#, "web_search"),
            (#"{"type":"web_fetch_tool_result","tool_use_id":"1","content":{}}"#, "address"),
            (#"{"type":"code_execution_tool_result","tool_use_id":"1","content":{}}"#, "code_execution"),
            (#"{"type":"bash_code_execution_tool_result","tool_use_id":"1","content":{}}"#, "code_execution"),
            (#"{"type":"text_editor_code_execution_tool_result","tool_use_id":"1","content":{}}"#, "code_execution"),
            (#"{"type":"tool_search_tool_result","tool_use_id":"1","content":{}}"#, "vendor_tool"),
            (#"{"type":"advisor_tool_result","tool_use_id":"1","content":{}}"#, "other_model"),
            (#"{"type":"mcp_tool_use","id":"1","name":"f","server_name":"s","input":{}}"#, "remote_tools"),
            (#"{"type":"mcp_tool_result","tool_use_id":"1"}"#, "remote_tools"),
            (#"{"type":"mcp_tool_listing","tools":[]}"#, "remote_tools"),
            (#"{"type":"browser_state","tabs":[]}"#, "computer_use"),
            (#"{"type":"tool_addition","tool":{"type":"mcp_toolset_reference","name":"f"}}"#, "remote_tools"),
            (#"{"type":"hologram"}"#, "unknown"), (#"{"text":"x"}"#, "unknown"),
        ] as [(String, String?)])
    func anthropicBlocks(block: String, kind: String?) throws {
        #expect(try anthropic(block: block) == (kind.map { ["messages[0].content[0] " + $0] } ?? []))
    }

    @Test func anthropicNested() throws {
        let image = #"{"type":"image","source":{"type":"base64","data":"AA"}}"#
        #expect(
            try anthropic(block: #"{"type":"tool_result","content":[{"type":"text","text":"x"},\#(image)]}"#)
                == ["messages[0].content[0].content[1] image"])
        #expect(
            try anthropic(block: #"{"type":"document","source":{"type":"content","content":[\#(image)]}}"#)
                == ["messages[0].content[0].source.content[0] image"])
        #expect(
            try anthropic(
                block:
                    #"{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"web_search_20260318"}}}"#
            )
                == ["messages[0].content[0].tool.definition web_search"])
    }

    @Test(
        arguments: [
            (#""tools":[{"name":"f","input_schema":{}},{"type":"custom","name":"f","input_schema":{}}]"#, nil),
            (#""tools":[{"type":null,"name":"f","input_schema":{}}]"#, nil),
            (#""tools":[{"type":"bash_20250124","name":"bash"}]"#, nil),
            (#""tools":[{"type":"text_editor_20250728","name":"e"}]"#, nil),
            (#""tools":[{"type":"memory_20250818","name":"memory"}]"#, nil),
            (#""tools":[{"name":"f"}]"#, "tools[0] unknown"),
            (#""tools":[{"type":"web_search_20260318","name":"web_search"}]"#, "tools[0] web_search"),
            (#""tools":[{"type":"web_fetch_20260318","name":"web_fetch"}]"#, "tools[0] address"),
            (#""tools":[{"type":"code_execution_20260521","name":"c"}]"#, "tools[0] code_execution"),
            (#""tools":[{"type":"computer_toolset_20260801"}]"#, "tools[0] computer_use"),
            (#""tools":[{"type":"computer_20251124","name":"computer"}]"#, "tools[0] computer_use"),
            (#""tools":[{"type":"browser_toolset_20260801"}]"#, "tools[0] computer_use"),
            (#""tools":[{"type":"mcp_toolset","mcp_server_name":"s"}]"#, "tools[0] remote_tools"),
            (#""tools":[{"type":"advisor_20260301","model":"m"}]"#, "tools[0] other_model"),
            (#""tools":[{"type":"tool_search_tool_regex_20251119"}]"#, "tools[0] vendor_tool"),
            (#""tools":[{"type":"bash_code_execution_20300101"}]"#, "tools[0] code_execution"),
            (#""container":"c""#, "container container"), (#""container":{"skills":[]}"#, "container container"),
            (#""container":null"#, nil),
            (#""mcp_servers":[{"type":"url","url":"https://x.example","name":"s"}]"#, "mcp_servers remote_tools"),
            (#""mcp_servers":[]"#, nil), (#""fallbacks":[{"model":"m"}]"#, "fallbacks other_model"),
            (#""fallbacks":"default""#, "fallbacks other_model"),
            (#""thread":{"type":"create"}"#, "thread stored_state"),
            (#""inference_geo":"us""#, "inference_geo region_choice"), (#""inference_geo":null"#, nil),
            (#""workspace_id":"w""#, "workspace_id account_choice"),
            (#""user_profile_id":"u""#, "user_profile_id account_choice"),
            (#""billing_policy":{"bill_to":"x"}"#, "billing_policy account_choice"),
            (#""fallback_credit_token":"x""#, "fallback_credit_token account_choice"),
            (
                #""diagnostics":{"previous_message_id":"msg_1"}"#,
                "diagnostics.previous_message_id stored_state"
            ),
            (#""store":true"#, "store unknown_member"), (#""hologram":"x""#, "hologram unknown_member"),
            (#""hologram":null"#, nil), (#""mcp_servers":{"url":"x"}"#, "mcp_servers remote_tools"),
            (#""system":[{"type":"text","text":"x"}]"#, nil),
            (#""system":[{"type":"image","source":{"type":"base64"}}]"#, "system[0] image"),
            (
                #""metadata":{"user_id":"u"},"output_config":{"format":{"schema":{}}},"context_management":{"edits":[]}"#,
                nil
            ),
        ] as [(String, String?)])
    func anthropicMembers(members: String, expected: String?) throws {
        #expect(try anthropic(members) == (expected.map { [$0] } ?? []))
    }

    @Test func everyKindHasAPhrase() {
        #expect(Set(UnreadablePart.Kind.allCases.map(\.phrase)).count == UnreadablePart.Kind.allCases.count)
    }
}
