internal import JSON

/// The order of messages and blocks that the Messages endpoint demands. Consecutive messages of one role are one turn
/// (`message_create_params.py`, `messages`); messages of the system role stand between turns.
enum AnthropicConversation {
    private enum Piece {
        case block(JSONValue)
        /// A content that is a plain string.
        case text(String)

        func block(_ type: StaticString) -> JSONValue? {
            if case .block(let value) = self, isBlock(value, type) { value } else { nil }
        }

        var text: String? {
            if case .text(let text) = self { text } else { block("text")?["text"]?.string }
        }
    }

    private struct Turn {
        var role: String
        /// Of the first message.
        var index: Int
        var pieces: [Piece] = []
    }

    static func check(_ messages: JSONValue?) throws(VendorFault) {
        let turns = try turns(messages.map { Array($0.elements) } ?? [])
        guard turns.first?.role == "user" else {
            throw fault(.firstMessageNotUser, "messages: first message must use the \"user\" role")
        }
        var calls: [String] = []
        for (position, turn) in turns.enumerated() {
            try checkResults(turn, of: calls)
            calls = turn.pieces.compactMap { $0.block("tool_use")?["id"]?.string }
            guard !calls.isEmpty else { continue }
            let next = position + 1 < turns.count ? turns[position + 1].pieces : []
            // Results stand at the beginning of the next turn, before any text.
            let leading = next.prefix { $0.block("tool_result") != nil }
            let answered = Set(leading.compactMap { $0.block("tool_result")?["tool_use_id"]?.string })
            let missing = calls.filter { !answered.contains($0) }
            guard missing.isEmpty else {
                throw fault(
                    .callWithoutToolResult,
                    "messages.\(turn.index): `tool_use` ids were found without `tool_result` blocks immediately after: "
                        + missing.joined(separator: ", ")
                        + ". Each `tool_use` block must have a corresponding `tool_result` block in the next message.")
            }
        }
        if let last = turns.last, last.role == "assistant", let text = last.pieces.last?.text,
            let end = text.unicodeScalars.last, end.properties.isWhitespace
        {
            throw fault(.finalWhitespace, "messages: final assistant content cannot end with trailing whitespace")
        }
    }

    private static func turns(_ messages: [JSONValue]) throws(VendorFault) -> [Turn] {
        var turns: [Turn] = []
        for (index, message) in messages.enumerated() {
            let role = message["role"]?.string ?? ""
            try checkContent(message, role, index, isLast: index == messages.count - 1)
            guard role != "system" else { continue }
            if turns.last?.role != role {
                turns.append(Turn(role: role, index: index))
            }
            if let text = message["content"]?.string {
                turns[turns.count - 1].pieces.append(.text(text))
            } else {
                let blocks: [JSONValue] = message["content"].map { Array($0.elements) } ?? []
                turns[turns.count - 1].pieces += blocks.map { .block($0) }
            }
        }
        return turns
    }

    private static func checkContent(
        _ message: JSONValue, _ role: String, _ index: Int, isLast: Bool
    ) throws(VendorFault) {
        let blocks = message["content"].map { Array($0.elements) } ?? []
        let isEmpty = message["content"]?.string.map { $0.isEmpty } ?? blocks.isEmpty
        if isEmpty, !(isLast && role == "assistant") {
            throw fault(
                .emptyMessage,
                "messages.\(index): all messages must have non-empty content except for the optional final "
                    + "assistant message"
            )
        }
        for block in blocks {
            if isBlock(block, "text"), AnthropicRequest.isBlank(block["text"]?.string ?? "") {
                throw fault(.emptyMessage, "messages: text content blocks must contain non-whitespace text")
            }
            if role == "user", isBlock(block, "tool_use") {
                throw fault(.blockMisplaced, "messages.\(index): `tool_use` blocks can only be in `assistant` messages")
            }
            if role == "assistant", isBlock(block, "tool_result") {
                throw fault(.blockMisplaced, "messages.\(index): `tool_result` blocks can only be in `user` messages")
            }
        }
    }

    private static func checkResults(_ turn: Turn, of calls: [String]) throws(VendorFault) {
        for (place, piece) in turn.pieces.enumerated() {
            guard let id = piece.block("tool_result")?["tool_use_id"]?.string else { continue }
            guard calls.contains(id) else {
                throw fault(
                    .toolResultWithoutCall,
                    "messages.\(turn.index).content.\(place): unexpected `tool_use_id` found in `tool_result` blocks: "
                        + "\(id). "
                        + "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
                )
            }
        }
    }

    private static func isBlock(_ block: JSONValue, _ type: StaticString) -> Bool {
        block["type"]?.reads(as: type) ?? false
    }

    private static func fault(_ rule: StrictnessRule, _ message: String) -> VendorFault {
        VendorFault(rule: rule, status: 400, message: message)
    }
}
