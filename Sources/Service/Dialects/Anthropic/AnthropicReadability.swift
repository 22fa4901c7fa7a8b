internal import JSON

/// What of a Messages request is no text, by the lists of the vendor's published types (anthropic-sdk-python 2.12:
/// `types/message_create_params.py`, `types/beta/message_create_params.py` and the types they name). A block, tool
/// or member of the request that is not on the lists of what is readable is unreadable.
enum AnthropicReadability {
    /// Members of those types that hold text, numbers or switches only: their strings are inspected like all others.
    /// The last three are in earlier versions of the types.
    private static let plainMembers: Set<String> = [
        "cache_control", "compaction", "context_management", "max_tokens", "metadata", "model", "output_config",
        "output_format", "service_tier", "speed", "stop_sequences", "stream", "thinking", "tool_choice",
        "temperature", "top_k", "top_p",
    ]

    static func unreadable(in root: JSONValue) -> [UnreadablePart] {
        var parts: [UnreadablePart] = []
        for (key, value) in root.members where !value.isNull {
            switch key.string {
            case "messages": for message in value.elements { check(content: message["content"], &parts) }
            case "system": check(content: value, &parts)
            case "tools": for tool in value.elements { check(tool: tool, &parts) }
            case "container": add(value, .container, &parts)
            case "mcp_servers":
                if value.kind != .array || value.elements.contains(where: { _ in true }) {
                    add(value, .remoteTools, &parts)
                }
            // The vendor would answer with another model than the one that was decided on.
            case "fallbacks": add(value, .otherModel, &parts)
            case "thread", "previous_message_id", "conversation": add(value, .storedState, &parts)
            case "file_ids", "attachments": add(value, .fileReference, &parts)
            case "inference_geo": add(value, .regionChoice, &parts)
            case "workspace_id", "user_profile_id", "billing_policy", "fallback_credit_token":
                add(value, .accountChoice, &parts)
            case "diagnostics":
                if let earlier = value["previous_message_id"], !earlier.isNull { add(earlier, .storedState, &parts) }
            case let name: if !plainMembers.contains(name ?? "") { add(value, .unknownMember, &parts) }
            }
        }
        return parts
    }

    private static func check(content: JSONValue?, _ parts: inout [UnreadablePart]) {
        guard let content, content.kind == .array else { return }
        for block in content.elements { check(block: block, &parts) }
    }

    private static func check(block: JSONValue, _ parts: inout [UnreadablePart]) {
        switch block["type"]?.string ?? "" {
        case "text", "thinking", "tool_use", "tool_reference", "tool_removal", "fallback": break
        case "tool_result", "search_result", "mid_conv_system": check(content: block["content"], &parts)
        case "image": add(block, source(block["source"], inline: .image), &parts)
        case "document": check(document: block, &parts)
        case "redacted_thinking": add(block, .encrypted, &parts)
        case "compaction": check(compaction: block, &parts)
        case "tool_addition":
            guard let tool = block["tool"] else { break }
            switch tool["type"]?.string {
            case "tool_definition": if let definition = tool["definition"] { check(tool: definition, &parts) }
            case "tool_reference": break
            default: add(block, .remoteTools, &parts)
            }
        case "container_upload": add(block, .fileReference, &parts)
        case "browser_state": add(block, .computerUse, &parts)
        case "server_tool_use": add(block, VendorTools.kind(of: block["name"]?.string ?? ""), &parts)
        case let type where type.hasSuffix("_tool_result") || type.hasPrefix("mcp_"):
            add(block, VendorTools.kind(of: type), &parts)
        default: add(block, .unknown, &parts)
        }
    }

    private static func check(document: JSONValue, _ parts: inout [UnreadablePart]) {
        let source = document["source"]
        switch source?["type"]?.string {
        case "text": break
        case "content": check(content: source?["content"], &parts)
        default: add(document, self.source(source, inline: .document), &parts)
        }
    }

    private static func check(compaction block: JSONValue, _ parts: inout [UnreadablePart]) {
        if let secret = block["encrypted_content"], !secret.isNull { add(block, .encrypted, &parts) }
        if let changes = block["tool_changes"] { check(content: changes, &parts) }
    }

    /// Where an image or a document comes from.
    private static func source(_ source: JSONValue?, inline: UnreadablePart.Kind) -> UnreadablePart.Kind {
        switch source?["type"]?.string {
        case "base64": inline
        case "url": .address
        case "file": .fileReference
        default: .unknown
        }
    }

    /// Tools that the caller runs: their own, and those of the vendor's that are only a name and a schema.
    private static func check(tool: JSONValue, _ parts: inout [UnreadablePart]) {
        let clientRun = ["bash_2", "text_editor_2", "memory_2"]
        guard let type = tool["type"], !type.isNull, let name = type.string, name != "custom" else {
            if tool["input_schema"] == nil { add(tool, .unknown, &parts) }
            return
        }
        if !clientRun.contains(where: { name.hasPrefix($0) }) { add(tool, VendorTools.kind(of: name), &parts) }
    }

    private static func add(_ value: JSONValue, _ kind: UnreadablePart.Kind, _ parts: inout [UnreadablePart]) {
        parts.append(UnreadablePart(path: value.path, kind: kind))
    }
}
