internal import Bytes

/// The bytes of a script's insertions, in the form of each protocol.
enum InsertedEvent {
    static func append(_ insertion: Play.Insertion, _ wire: VendorProtocol, into bytes: inout [UInt8]) {
        switch insertion.kind {
        case .comment: bytes.append(ascii: ": keep-alive\n\n")
        case .malformed:
            if wire == .anthropic { bytes.append(ascii: "event: content_block_delta\n") }
            bytes.append(ascii: "data: {\"type\":\"content_block_delta\",\"choices\":[{\"index\":0,\"delta\":\n\n")
        case .unknown:
            switch wire {
            case .openAI: bytes.append(ascii: "data: {\"object\":\"chat.completion.future\",\"choices\":[]}\n\n")
            case .anthropic: bytes.append(ascii: "event: future_event\ndata: {\"type\":\"future_event\"}\n\n")
            }
        case .huge:
            switch wire {
            case .openAI:
                bytes.append(
                    ascii:
                        """
                        data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"
                        """
                )
            case .anthropic:
                bytes.append(ascii: "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,")
                bytes.append(ascii: "\"delta\":{\"type\":\"text_delta\",\"text\":\"")
            }
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "h"), count: insertion.bytes))
            bytes.append(ascii: wire == .openAI ? "\"},\"finish_reason\":null}]}\n\n" : "\"}}\n\n")
        }
    }

    /// The error event that ends a stream, and the vendor's word for an overload where the script has none.
    static func error(_ end: Play.End, _ wire: VendorProtocol, request: String) -> [UInt8] {
        let message =
            end.message ?? (wire == .openAI ? "The server had an error while processing your request." : "Overloaded")
        switch wire {
        case .openAI:
            let type = end.type ?? "server_error"
            return Array("data: ".utf8) + VendorFault.openAI(message: message, type: type, param: nil, code: nil)
                + Array("\n\n".utf8)
        case .anthropic:
            let type = end.type ?? "overloaded_error"
            return Array("event: error\ndata: ".utf8)
                + VendorFault.anthropic(message: message, type: type, request: request) + Array("\n\n".utf8)
        }
    }
}
