internal import JSON

/// The models of the vendor, in the shapes of `types/model.py` (OpenAI) and `types/model_info.py` (Anthropic).
struct ModelList {
    /// 2026-01-01T00:00:00Z: one time for all, for the simulator knows no history.
    private static let created = 1_767_225_600
    private static let createdText = "2026-01-01T00:00:00Z"

    let models: [String]
    let owner: String

    func list(_ wire: VendorProtocol) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            if wire == .openAI { writer.member("object", "list") }
            writer.array("data") { writer in
                for model in models { write(model, wire, &writer) }
            }
            if wire == .anthropic {
                writer.member("has_more", false)
                writer.member("first_id", models.first)
                writer.member("last_id", models.last)
            }
        }
        return writer.bytes
    }

    func one(_ model: String, _ wire: VendorProtocol) -> [UInt8] {
        var writer = JSONWriter()
        write(model, wire, &writer)
        return writer.bytes
    }

    private func write(_ model: String, _ wire: VendorProtocol, _ writer: inout JSONWriter) {
        writer.object { writer in
            switch wire {
            case .openAI:
                writer.member("id", model)
                writer.member("object", "model")
                writer.member("created", ModelList.created)
                writer.member("owned_by", owner)
            case .anthropic:
                writer.member("type", "model")
                writer.member("id", model)
                writer.member("display_name", model)
                writer.member("created_at", ModelList.createdText)
                writer.member("lifecycle", "active")
                writer.member("max_tokens", ChatRequest.outputTokenLimit)
            }
        }
    }
}
