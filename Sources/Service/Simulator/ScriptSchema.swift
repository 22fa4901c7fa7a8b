/// What a script may say; docs/simulator.md explains each word.
enum ScriptSchema {
    /// LIMIT: ten minutes, as the longest delay.
    private static let milliseconds = Schema.integer(0...600_000)
    private static let count = Schema.integer(0...Int64(ChatRequest.outputTokenLimit))
    private static let positive = Schema.integer(1...1_000_000_000)

    static let script = Schema.record(Schema.Record([.required("rules", .list(rule, 0...Script.ruleLimit))]))

    private static let rule = Schema.record(
        Schema.Record([.optional("match", match), .optional("times", positive), .required("play", play)]))

    private static let match = Schema.record(
        Schema.Record([
            .optional("model", .nonEmpty),
            .optional(
                "header",
                .record(Schema.Record([.required("name", .nonEmpty), .optional("contains", .string)]))),
            .optional("text", .nonEmpty),
            .optional("nth", positive),
            .optional("every", positive),
        ]))

    static let play = Schema.record(
        Schema.Record([
            .optional("delay_head_ms", milliseconds),
            .optional("delay_first_event_ms", milliseconds),
            .optional("pause", .record(Schema.Record([.required("after", count), .required("ms", milliseconds)]))),
            .optional("tokens_per_second", .integer(1...Int64(SimulatorOptions.highestRate))),
            .optional("status", status),
            .optional("end", end),
            .optional("insert", .list(insertion, 1...100)),
            .optional("framing", .word(Play.Framing.allCases.map { $0.rawValue })),
            .optional("data_lines", .integer(1...16)),
            .optional("split_bytes", .boolean),
            .optional("drip_ms", .integer(0...60_000)),
            .optional("content_length_error", .integer(-1_000_000...1_000_000)),
            .optional("tokens", count),
            .optional("finish_reason", .nonEmpty),
            .optional("model", .nonEmpty),
            .optional("region", .nonEmpty),
            .optional("omit_usage", .boolean),
        ]))

    private static let status = Schema.record(
        Schema.Record([
            .required("code", .integer(400...599)), .optional("type", .nonEmpty), .optional("message", .string),
            .optional("body", .string), .optional("headers", .map(.string)),
        ]))

    private static let end = Schema.record(
        Schema.Record([
            .required("how", .word(Play.Cut.allCases.map { $0.rawValue })),
            .required("after", .either([.word(["head"]), .integer(0...Int64(Int32.max))])),
            .optional("type", .nonEmpty), .optional("message", .string),
        ]))

    private static let insertion = Schema.record(
        Schema.Record([
            .required("what", .word(Play.Insertion.Kind.allCases.map { $0.rawValue })), .required("after", count),
            .optional("bytes", .integer(1...Int64(Play.hugeEventLimit))),
        ]))
}

extension Play {
    /// LIMIT: bytes of all huge events of a play.
    static let hugeEventLimit = 64 << 20
    /// LIMIT: of them, where every byte is sent by itself.
    static let singleBytesLimit = 1 << 20
}
