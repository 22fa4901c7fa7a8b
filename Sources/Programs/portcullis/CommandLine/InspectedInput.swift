internal import Dialects
internal import Inspection
internal import JSON

/// What `inspect` is given, in the pieces in which the gate would read it.
struct InspectedInput {
    enum Shape: String {
        /// A body of `POST /v1/chat/completions`, or of `/v1/messages`.
        case openai, anthropic
        /// Another JSON object or array: its strings, keys and numbers.
        case json
        /// Anything else: one piece.
        case text
    }

    let bytes: [UInt8]
    let shape: Shape
    let pieces: [TextPiece]
    /// What the gate could not read of it.
    let unreadable: [UnreadablePart]
    private let content: InspectableRequest?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard let (shape, content) = InspectedInput.content(of: bytes) else {
            shape = .text
            pieces = [TextPiece(range: bytes.indices)]
            unreadable = []
            content = nil
            return
        }
        self.shape = shape
        self.content = content
        pieces = content.pieces
        unreadable = content.unreadable
    }

    /// `messages[0].content`; nil in a text.
    func field(of finding: Finding) -> String? { content?.path(of: finding) }

    private static func content(of bytes: [UInt8]) -> (Shape, InspectableRequest)? {
        var parser = JSONParser()
        // What is no acceptable JSON is inspected as a text.
        guard let document = try? parser.parse(bytes), document.root.node.isContainer else { return nil }
        let endpoints: [(Shape, any Endpoint)] = [
            (.openai, OpenAIChatCompletions()), (.anthropic, AnthropicMessages()),
        ]
        // The protocols share most of their form: the one in which more parts have a meaning is taken.
        var best: (shape: Shape, content: InspectableRequest, unknown: Int)?
        for (shape, endpoint) in endpoints {
            guard let request = try? endpoint.parse(RequestHeaders(), query: "", body: bytes, with: &parser) else {
                continue
            }
            let content = endpoint.strings(request)
            let unknown = content.unreadable.count { $0.kind == .unknown || $0.kind == .unknownMember }
            if best.map({ unknown < $0.unknown }) ?? true { best = (shape, content, unknown) }
        }
        return best.map { ($0.shape, $0.content) } ?? (.json, InspectableRequest(document, unreadable: []))
    }

    /// The headers that both endpoints ask for.
    private struct RequestHeaders: HeaderLookup {
        private func text(_ name: StaticString) -> String? {
            switch name.description {
            case "content-type": "application/json"
            case "anthropic-version": "2023-06-01"
            default: nil
            }
        }

        func value(of name: StaticString) -> String? { text(name) }
        func count(of name: StaticString) -> Int { text(name) == nil ? 0 : 1 }
    }
}
