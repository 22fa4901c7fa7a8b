internal import JSON

/// What of a chat completions request is no text, by the lists of the vendor's published types (openai-python 3.54:
/// `types/chat/completion_create_params.py` and the types it names). A part, tool or member of the request that is not
/// on the lists of what is readable is unreadable.
enum OpenAIReadability {
    /// Members of those types that hold text, numbers or switches only: their strings are inspected like all others.
    private static let plainMembers: Set<String> = [
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens",
        "max_tokens", "metadata", "model", "n", "parallel_tool_calls", "presence_penalty", "prompt_cache_key",
        "prompt_cache_options", "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier",
        "stop", "stream", "stream_options", "temperature", "tool_choice", "top_logprobs", "top_p", "user", "verbosity",
    ]

    static func unreadable(in root: JSONValue) -> [UnreadablePart] {
        var parts: [UnreadablePart] = []
        for (key, value) in root.members where !value.isNull {
            switch key.string {
            case "messages": for message in value.elements { check(message: message, &parts) }
            case "tools": for tool in value.elements { check(tool: tool, &parts) }
            case "prediction": check(content: value["content"], &parts)
            case "modalities":
                for modality in value.elements where !modality.reads(as: "text") {
                    add(modality, modality.reads(as: "audio") ? .audio : .unknown, &parts)
                }
            case "web_search_options": add(value, .webSearch, &parts)
            // A moderation model of its own, and the fallbacks that resellers offer under these names.
            case "moderation", "models", "fallbacks": add(value, .otherModel, &parts)
            case "previous_response_id", "previous_interaction_id", "conversation", "prompt", "thread", "assistant_id":
                add(value, .storedState, &parts)
            case "file_ids", "attachments", "vector_store_ids", "tool_resources": add(value, .fileReference, &parts)
            case "mcp_servers": add(value, .remoteTools, &parts)
            case "container": add(value, .container, &parts)
            case "plugins": add(value, .vendorTool, &parts)
            case "store": if value.boolean != false { add(value, .vendorStorage, &parts) }
            // Longer than in memory is on the vendor's disks.
            case "prompt_cache_retention": if !value.reads(as: "in_memory") { add(value, .vendorStorage, &parts) }
            // Azure OpenAI, "on your data".
            case "data_sources": add(value, .vendorRetrieval, &parts)
            case let name: if !plainMembers.contains(name ?? "") { add(value, .unknownMember, &parts) }
            }
        }
        return parts
    }

    private static func check(message: JSONValue, _ parts: inout [UnreadablePart]) {
        check(content: message["content"], &parts)
        if let audio = message["audio"], !audio.isNull { add(audio, .audio, &parts) }
        guard let calls = message["tool_calls"] else { return }
        for call in calls.elements {
            switch call["type"]?.string {
            case nil, "function", "custom": break
            default: add(call, .vendorTool, &parts)
            }
        }
    }

    private static func check(content: JSONValue?, _ parts: inout [UnreadablePart]) {
        guard let content, content.kind == .array else { return }
        for part in content.elements {
            switch part["type"]?.string {
            case "text", "refusal": break
            case "image_url": add(part, isInline(part["image_url"]?["url"]) ? .image : .address, &parts)
            case "input_audio": add(part, .audio, &parts)
            case "file": add(part, part["file"]?["file_id"] == nil ? .file : .fileReference, &parts)
            default: add(part, .unknown, &parts)
            }
        }
    }

    private static func check(tool: JSONValue, _ parts: inout [UnreadablePart]) {
        switch tool["type"]?.string {
        case "function", "custom": break
        case nil where tool["function"] != nil: break
        case let type?: add(tool, VendorTools.kind(of: type), &parts)
        case nil: add(tool, .unknown, &parts)
        }
    }

    private static func isInline(_ url: JSONValue?) -> Bool { url?.string?.lowercased().hasPrefix("data:") ?? false }

    private static func add(_ value: JSONValue, _ kind: UnreadablePart.Kind, _ parts: inout [UnreadablePart]) {
        parts.append(UnreadablePart(path: value.path, kind: kind))
    }
}
