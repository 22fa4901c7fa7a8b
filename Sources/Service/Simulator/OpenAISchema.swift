/// What `POST /chat/completions` accepts, after the type definitions of the SDK (openai 3.54.0,
/// `types/chat/completion_create_params.py` and what it refers to); bounds after the field descriptions there and the
/// API reference, "Create chat completion".
enum OpenAISchema {
    static let request = Schema.record(
        Schema.Record([
            .required("messages", .list(message, 1...100_000)),
            .required("model", .nonEmpty),
            .optional("audio", .nullable(audio)),
            .optional("frequency_penalty", .nullable(.number(-2...2))),
            .optional("function_call", .either([.word(["none", "auto"]), named])),
            .optional("functions", .list(.record(function), 1...128)),
            .optional("logit_bias", .nullable(.map(.number(-100...100)))),
            .optional("logprobs", .nullable(.boolean)),
            .optional("max_completion_tokens", .nullable(.integer(1...Int64.max))),
            .optional("max_tokens", .nullable(.integer(1...Int64.max))),
            .optional("metadata", .nullable(.map(.text(0...512)))),
            .optional("modalities", .nullable(.list(.word(["text", "audio"]), 1...2))),
            .optional("moderation", .nullable(moderation)),
            .optional("n", .nullable(.integer(1...128))),
            .optional("parallel_tool_calls", .boolean),
            .optional("prediction", .nullable(prediction)),
            .optional("presence_penalty", .nullable(.number(-2...2))),
            .optional("prompt_cache_key", .nullable(.string)),
            .optional(
                "prompt_cache_options",
                record([.optional("mode", .word(["implicit", "explicit"])), .optional("ttl", .word(["30m"]))])),
            .optional("prompt_cache_retention", .nullable(.word(["in_memory", "24h"]))),
            .optional("reasoning_effort", .nullable(.word(efforts))),
            .optional("response_format", responseFormat),
            .optional("safety_identifier", .nullable(.string)),
            .optional("seed", .nullable(.integer(Int64.min...Int64.max))),
            .optional("service_tier", .nullable(.word(["auto", "default", "flex", "scale", "priority", "fast"]))),
            .optional("stop", .nullable(.either([.string, .list(.string, 1...4)]))),
            .optional("store", .nullable(.boolean)),
            .optional("stream", .nullable(.boolean)),
            .optional("stream_options", .nullable(streamOptions)),
            .optional("temperature", .nullable(.number(0...2))),
            .optional("tool_choice", toolChoice),
            .optional("tools", .list(tool, 1...128)),
            .optional("top_logprobs", .nullable(.integer(0...20))),
            .optional("top_p", .nullable(.number(0...1))),
            .optional("user", .string),
            .optional("verbosity", .nullable(.word(["low", "medium", "high"]))),
            .optional("web_search_options", webSearch),
        ]))

    private static let efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]

    private static func record(_ fields: [Schema.Field]) -> Schema { .record(Schema.Record(fields)) }

    private static func tagged(_ records: [(tag: String, record: Schema.Record)]) -> Schema { .tagged("type", records) }

    // MARK: Messages

    private static let message = Schema.tagged(
        "role",
        [
            ("system", Schema.Record([role, .required("content", textContent), name])),
            ("developer", Schema.Record([role, .required("content", textContent), name])),
            (
                "user",
                Schema.Record([role, .required("content", .either([.string, .list(userPart, 1...10_000)])), name])
            ),
            ("assistant", assistant),
            ("tool", Schema.Record([role, .required("content", textContent), .required("tool_call_id", .string)])),
            (
                "function",
                Schema.Record([role, .required("content", .nullable(.string)), .required("name", .string)])
            ),
        ])

    private static let role = Schema.Field.required("role", .string)
    private static let name = Schema.Field.optional("name", .text(1...64))
    private static let type = Schema.Field.required("type", .string)
    private static let breakpoint = Schema.Field.optional(
        "prompt_cache_breakpoint",
        record([.required("mode", .word(["explicit"])), .optional("ttl", .word(["30m", "12h"]))]))

    private static let textPart = Schema.Record([type, .required("text", .string), breakpoint])
    private static let textContent = Schema.either([.string, .list(tagged([("text", textPart)]), 1...10_000)])

    private static let userPart = tagged([
        ("text", textPart),
        (
            "image_url",
            Schema.Record([
                type,
                .required(
                    "image_url",
                    record([
                        .required("url", .nonEmpty), .optional("detail", .word(["auto", "low", "high", "original"])),
                    ])), breakpoint,
            ])
        ),
        (
            "input_audio",
            Schema.Record([
                type,
                .required(
                    "input_audio",
                    record([.required("data", .nonEmpty), .required("format", .word(["wav", "mp3"]))])), breakpoint,
            ])
        ),
        (
            "file",
            Schema.Record([
                type,
                .required(
                    "file",
                    record([
                        .optional("file_data", .string), .optional("file_id", .string), .optional("filename", .string),
                    ])),
                breakpoint,
            ])
        ),
    ])

    private static let assistant = Schema.Record([
        role,
        .optional("audio", .nullable(record([.required("id", .string)]))),
        .optional(
            "content",
            .nullable(
                .either([
                    .string,
                    .list(
                        tagged([
                            ("text", textPart), ("refusal", Schema.Record([type, .required("refusal", .string)])),
                        ]), 1...10_000),
                ]))),
        .optional(
            "function_call", .nullable(record([.required("arguments", .string), .required("name", .string)]))),
        name,
        .optional("refusal", .nullable(.string)),
        .optional("tool_calls", .list(call, 1...128)),
        // In no parameter type, but in the answers, which the vendor takes back as they came.
        .optional("annotations", .list(.object)),
    ])

    private static let call = tagged([
        (
            "function",
            Schema.Record([
                type, .required("id", .string),
                .required("function", record([.required("name", toolName), .required("arguments", .string)])),
            ])
        ),
        (
            "custom",
            Schema.Record([
                type, .required("id", .string),
                .required("custom", record([.required("name", toolName), .required("input", .string)])),
            ])
        ),
    ])

    // MARK: Tools

    private static let toolName = Schema.text(1...64)

    private static let function = Schema.Record([
        .required("name", toolName), .optional("description", .string), .optional("parameters", .object),
        .optional("strict", .nullable(.boolean)),
    ])

    private static let tool = tagged([
        ("function", Schema.Record([type, .required("function", .record(function))])),
        (
            "custom",
            Schema.Record([
                type,
                .required(
                    "custom",
                    record([
                        .required("name", toolName), .optional("description", .string),
                        .optional("format", customFormat),
                    ])),
            ])
        ),
    ])

    private static let customFormat = tagged([
        ("text", Schema.Record([type])),
        (
            "grammar",
            Schema.Record([
                type,
                .required(
                    "grammar",
                    record([.required("definition", .string), .required("syntax", .word(["lark", "regex"]))])),
            ])
        ),
    ])

    private static let named = record([.required("name", toolName)])

    private static let toolChoice = Schema.either([
        .word(["none", "auto", "required"]),
        tagged([
            ("function", Schema.Record([type, .required("function", named)])),
            ("custom", Schema.Record([type, .required("custom", named)])),
            (
                "allowed_tools",
                Schema.Record([
                    type,
                    .required(
                        "allowed_tools",
                        record([.required("mode", .word(["auto", "required"])), .required("tools", .list(.object))])),
                ])
            ),
        ]),
    ])

    // MARK: The rest

    private static let streamOptions = record([
        .optional("include_obfuscation", .boolean), .optional("include_usage", .boolean),
    ])

    private static let responseFormat = tagged([
        ("text", Schema.Record([type])),
        ("json_object", Schema.Record([type])),
        (
            "json_schema",
            Schema.Record([
                type,
                .required(
                    "json_schema",
                    record([
                        .required("name", .text(1...64)), .optional("description", .string),
                        .optional("schema", .object),
                        .optional("strict", .nullable(.boolean)),
                    ])),
            ])
        ),
    ])

    private static let prediction = tagged([
        ("content", Schema.Record([type, .required("content", textContent)]))
    ])

    private static let audio = record([
        .required("format", .word(["wav", "aac", "mp3", "flac", "opus", "pcm16"])),
        .required("voice", .either([.string, record([.required("id", .string)])])),
    ])

    private static let moderationMode = Schema.nullable(record([.required("mode", .word(["score", "block"]))]))
    private static let moderation = record([
        .required("model", .string),
        .optional(
            "policy",
            .nullable(record([.optional("input", moderationMode), .optional("output", moderationMode)]))),
    ])

    private static let webSearch = record([
        .optional("search_context_size", .word(["low", "medium", "high"])),
        .optional(
            "user_location",
            .nullable(
                record([
                    .required("type", .word(["approximate"])),
                    .required(
                        "approximate",
                        record([
                            .optional("city", .string), .optional("country", .string), .optional("region", .string),
                            .optional("timezone", .string),
                        ])),
                ]))),
    ])
}
