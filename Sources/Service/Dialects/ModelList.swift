internal import JSON
package import Vocabulary

/// The models that one person may use now, in the list shape of either protocol.
package struct ModelList: Sendable {
    package struct Model: Equatable, Sendable {
        package var id: String
        package var vendor: String
        package var created: Instant
        package var displayName: String

        package init(id: String, vendor: String, created: Instant, displayName: String) {
            self.id = id
            self.vendor = vendor
            self.created = created
            self.displayName = displayName
        }
    }

    package let models: [Model]

    package init(_ models: [Model]) { self.models = models }

    /// Anthropic's shape for whoever sends its version header, else OpenAI's.
    package func body(for head: some HeaderLookup) -> [UInt8] {
        var writer = JSONWriter()
        if head.count(of: "anthropic-version") > 0 {
            writer.object { list in
                list.member("data", array: { data in for model in models { ModelList.anthropic(model, &data) } })
                list.member("has_more", false)
                list.member("first_id", models.first?.id)
                list.member("last_id", models.last?.id)
            }
        } else {
            writer.object { list in
                list.member("object", "list")
                list.member("data", array: { data in for model in models { ModelList.openAI(model, &data) } })
            }
        }
        return writer.bytes
    }

    /// One model by its id; nil when it is not in the list.
    package func body(of id: String, for head: some HeaderLookup) -> [UInt8]? {
        guard let model = models.first(where: { $0.id == id }) else { return nil }
        var writer = JSONWriter()
        if head.count(of: "anthropic-version") > 0 {
            ModelList.anthropic(model, &writer)
        } else {
            ModelList.openAI(model, &writer)
        }
        return writer.bytes
    }

    private static func anthropic(_ model: Model, _ writer: inout JSONWriter) {
        writer.object { object in
            object.member("type", "model")
            object.member("id", model.id)
            object.member("display_name", model.displayName)
            object.member("created_at", model.created.description)
            object.member("lifecycle", "active")
        }
    }

    private static func openAI(_ model: Model, _ writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", model.id)
            object.member("object", "model")
            object.member("created", model.created.seconds)
            object.member("owned_by", model.vendor)
        }
    }
}
