/// What `POST /v1/messages` accepts, after the type definitions of the SDK (anthropic 2.12.0,
/// `types/message_create_params.py` and what it refers to). `temperature`, `top_p` and `top_k` are gone from the SDK's
/// signatures but not from the API (its MIGRATION.md), so they are read, with the bounds they had.
///
/// The vendor's own tools (web search, code execution and the like) are known by their `type`; their settings are
/// passed over.
enum AnthropicSchema {
    static let request = Schema.record(
        Schema.Record(
            [
                .required("model", .nonEmpty),
                .required("messages", .list(message, 1...100_000)),
                .required("max_tokens", .integer(0...Int64.max)),
            ] + shared + [
                .optional("container", .nullable(.either([.string, container]))),
                .optional("diagnostics", .nullable(record([.optional("previous_message_id", .nullable(.string))]))),
                .optional("inference_geo", .nullable(.string)),
                .optional("metadata", record([.optional("user_id", .nullable(.text(0...256)))])),
                .optional("service_tier", .word(["auto", "standard_only"])),
                .optional("stop_sequences", .list(.string)),
                .optional("stream", .boolean),
                .optional("temperature", .number(0...1)),
                .optional("top_k", .integer(0...Int64.max)),
                .optional("top_p", .number(0...1)),
            ]))

    /// `POST /v1/messages/count_tokens`, after `types/message_count_tokens_params.py`.
    static let countTokens = Schema.record(
        Schema.Record(
            [.required("model", .nonEmpty), .required("messages", .list(message, 1...100_000))] + shared))

    private static let shared: [Schema.Field] = [
        cache,
        .optional("output_config", outputConfig),
        .optional("speed", .nullable(.word(["standard", "fast"]))),
        .optional("system", .either([.string, .list(tagged([("text", text)]))])),
        .optional("thinking", thinking),
        .optional("tool_choice", toolChoice),
        .optional("tools", .list(tool)),
    ]

    private static func record(_ fields: [Schema.Field]) -> Schema { .record(Schema.Record(fields)) }

    private static func tagged(_ records: [(tag: String, record: Schema.Record)]) -> Schema { .tagged("type", records) }

    private static let type = Schema.Field.required("type", .string)
    private static let cache = Schema.Field.optional(
        "cache_control",
        .nullable(record([.required("type", .word(["ephemeral"])), .optional("ttl", .word(["5m", "1h"]))])))

    private static let container = record([
        .optional("id", .nullable(.string)), .optional("skills", .nullable(.list(.object))),
    ])

    private static let outputConfig = record([
        .optional("effort", .nullable(.word(["low", "medium", "high", "xhigh", "max"]))),
        .optional(
            "format", .nullable(record([.required("type", .word(["json_schema"])), .required("schema", .object)]))),
    ])

    // MARK: Messages

    /// The system role holds text only.
    private static let message = Schema.tagged(
        "role",
        [
            ("user", Schema.Record([role, .required("content", .either([.string, .list(block)]))])),
            ("assistant", Schema.Record([role, .required("content", .either([.string, .list(block)]))])),
            (
                "system",
                Schema.Record([role, .required("content", .either([.string, .list(tagged([("text", text)]))]))])
            ),
        ])

    private static let role = Schema.Field.required("role", .string)

    private static let text = Schema.Record([
        type, .required("text", .nonEmpty), cache, .optional("citations", .nullable(.list(.object))),
    ])

    private static let image = Schema.Record([
        type,
        .required(
            "source",
            tagged([
                (
                    "base64",
                    Schema.Record([
                        type, .required("data", .nonEmpty),
                        .required("media_type", .word(["image/jpeg", "image/png", "image/gif", "image/webp"])),
                    ])
                ),
                ("url", Schema.Record([type, .required("url", .nonEmpty)])),
                ("file", Schema.Record([type, .required("file_id", .nonEmpty)])),
            ])),
        cache,
        .optional("transformations", .nullable(record([.optional("oversized_image", .word(["downsize", "error"]))]))),
    ])

    private static let citations = Schema.Field.optional(
        "citations", .nullable(record([.optional("enabled", .boolean)])))

    private static let document = Schema.Record([
        type,
        .required(
            "source",
            tagged([
                (
                    "base64",
                    Schema.Record([
                        type, .required("data", .nonEmpty), .required("media_type", .word(["application/pdf"])),
                    ])
                ),
                (
                    "text",
                    Schema.Record([
                        type, .required("data", .string), .required("media_type", .word(["text/plain"])),
                    ])
                ),
                (
                    "content",
                    Schema.Record([
                        type,
                        .required("content", .either([.string, .list(tagged([("text", text), ("image", image)]))])),
                    ])
                ),
                ("url", Schema.Record([type, .required("url", .nonEmpty)])),
                ("file", Schema.Record([type, .required("file_id", .nonEmpty)])),
            ])),
        cache, citations, .optional("context", .nullable(.string)), .optional("title", .nullable(.string)),
    ])

    private static let searchResult = Schema.Record([
        type, .required("content", .list(tagged([("text", text)]))), .required("source", .string),
        .required("title", .string), cache, citations,
    ])

    private static let toolUse = Schema.Record([
        type, .required("id", .nonEmpty), .required("name", .text(1...200)), .required("input", .object), cache,
        .optional("caller", .object), .optional("toolset_name", .nullable(.string)),
    ])

    private static let toolResult = Schema.Record([
        type, .required("tool_use_id", .nonEmpty), cache,
        .optional(
            "content",
            .either([
                .string,
                .list(
                    tagged([
                        ("text", text), ("image", image), ("search_result", searchResult), ("document", document),
                        ("tool_reference", Schema.Record([type, .required("tool_name", .string), cache])),
                        ("browser_state", Schema.Record([type], isOpen: true)),
                    ])),
            ])),
        .optional("is_error", .boolean), .optional("toolset_name", .nullable(.string)),
    ])

    private static let block = tagged(
        [
            ("text", text), ("image", image), ("document", document), ("search_result", searchResult),
            ("thinking", Schema.Record([type, .required("signature", .string), .required("thinking", .string)])),
            ("redacted_thinking", Schema.Record([type, .required("data", .string)])),
            ("tool_use", toolUse), ("tool_result", toolResult),
            ("container_upload", Schema.Record([type, .required("file_id", .nonEmpty), cache])),
        ] + serverBlocks.map { (tag: $0, record: Schema.Record([type], isOpen: true)) })

    /// What the vendor's own tools leave behind in a conversation.
    private static let serverBlocks = [
        "server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
        "bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "tool_search_tool_result",
    ]

    // MARK: Tools

    private static let clientTool = Schema.Record([
        .required("name", .text(1...128)), .required("input_schema", inputSchema),
        .optional("type", .nullable(.word(["custom"]))), .optional("description", .string), cache,
        .optional("allowed_callers", .list(.string)), .optional("defer_loading", .boolean),
        .optional("eager_input_streaming", .nullable(.boolean)), .optional("input_examples", .list(.object)),
        .optional("strict", .boolean),
    ])

    private static let inputSchema = Schema.record(
        Schema.Record([.required("type", .word(["object"]))], isOpen: true))

    /// A tool without a `type` is the caller's own.
    static let ownTools = [
        "bash_20250124", "code_execution_20250522", "code_execution_20250825", "code_execution_20260120",
        "code_execution_20260521", "browser_toolset_20260801", "memory_20250818", "computer_toolset_20260801",
        "text_editor_20250124", "text_editor_20250429", "text_editor_20250728", "web_search_20250305",
        "web_search_20260209", "web_search_20260318", "web_fetch_20250910", "web_fetch_20260209", "web_fetch_20260309",
        "web_fetch_20260318", "tool_search_tool_bm25_20251119", "tool_search_tool_bm25",
        "tool_search_tool_regex_20251119",
        "tool_search_tool_regex",
    ]

    private static let tool = Schema.taggedOrDefault(
        "type",
        [(tag: "custom", record: clientTool)]
            + ownTools.map { (tag: $0, record: Schema.Record([type], isOpen: true)) },
        without: clientTool)

    private static let parallel = Schema.Field.optional("disable_parallel_tool_use", .boolean)
    private static let toolChoice = tagged([
        ("auto", Schema.Record([type, parallel])),
        ("any", Schema.Record([type, parallel])),
        ("tool", Schema.Record([type, .required("name", .nonEmpty), parallel])),
        ("none", Schema.Record([type])),
    ])

    private static let display = Schema.Field.optional("display", .nullable(.word(["summarized", "omitted"])))
    private static let thinking = tagged([
        ("enabled", Schema.Record([type, .required("budget_tokens", .integer(1024...Int64.max)), display])),
        ("disabled", Schema.Record([type])),
        ("between_tools", Schema.Record([type])),
        ("adaptive", Schema.Record([type, display])),
    ])
}
