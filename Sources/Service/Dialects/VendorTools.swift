/// What a tool that the vendor runs does, by the names that both vendors give with and without a date behind them.
enum VendorTools {
    static func kind(of type: String) -> UnreadablePart.Kind {
        let families: [(prefix: String, kind: UnreadablePart.Kind)] = [
            ("web_search", .webSearch), ("web_fetch", .address), ("code_execution", .codeExecution),
            ("bash_code_execution", .codeExecution), ("text_editor_code_execution", .codeExecution),
            ("code_interpreter", .codeExecution), ("computer", .computerUse), ("browser", .computerUse),
            ("mcp", .remoteTools), ("file_search", .fileReference), ("advisor", .otherModel),
        ]
        return families.first { type.hasPrefix($0.prefix) }?.kind ?? .vendorTool
    }
}
