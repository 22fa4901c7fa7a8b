internal import JSON

/// The order of messages that a chat completion demands: every tool call is answered at once and nothing else is.
enum OpenAIConversation {
    /// - Parameter alternating: whether user and assistant must take turns, as `deepseek-reasoner` demands.
    static func check(_ messages: JSONValue?, alternating: Bool) throws(VendorFault) {
        var open: [String] = []
        var mayAnswer: Set<String> = []
        var caller = 0
        var lastRole = ""
        let all: [JSONValue] = messages.map { Array($0.elements) } ?? []
        for (index, message) in all.enumerated() {
            let role = message["role"]?.string ?? ""
            if role == "tool" {
                let id = message["tool_call_id"]?.string ?? ""
                guard mayAnswer.contains(id) else {
                    throw VendorFault(
                        rule: .toolResultWithoutCall, status: 400,
                        message:
                            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
                            + "with 'tool_calls'.", param: "messages.[\(index)].role")
                }
                open.removeAll { $0 == id }
                continue
            }
            if !open.isEmpty { throw unanswered(open, caller) }
            mayAnswer = []
            if role == "assistant" { try checkAssistant(message, index) }
            open = message["tool_calls"]?.elements.compactMap { $0["id"]?.string } ?? []
            mayAnswer = Set(open)
            caller = index
            if alternating, role == lastRole, role == "user" || role == "assistant" {
                throw VendorFault(
                    rule: .rolesNotAlternating, status: 400,
                    message: "deepseek-reasoner does not support successive user or assistant messages "
                        + "(messages[\(index - 1)] and messages[\(index)] in your input). You should interleave the "
                        + "user/assistant messages in the message sequence.")
            }
            lastRole = role
        }
        if !open.isEmpty { throw unanswered(open, caller) }
    }

    private static func checkAssistant(_ message: JSONValue, _ index: Int) throws(VendorFault) {
        let content = message["content"]
        let says = content.map { !$0.isNull } ?? false
        let refuses = message["refusal"].map { !$0.isNull } ?? false
        let calls = message["tool_calls"] != nil || message["function_call"].map { !$0.isNull } ?? false
        guard says || refuses || calls || message["audio"] != nil else {
            throw VendorFault(
                rule: .emptyMessage, status: 400, message: "Invalid value for 'content': expected a string, got null.",
                param: "messages.[\(index)].content")
        }
    }

    private static func unanswered(_ ids: [String], _ index: Int) -> VendorFault {
        VendorFault(
            rule: .callWithoutToolResult, status: 400,
            message: "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                + "'tool_call_id'. The following tool_call_ids did not have response messages: "
                + ids.joined(separator: ", "),
            param: "messages.[\(index)].role")
    }
}
