internal import HTTP
internal import JSON

/// Reads a Messages request: headers, then the schema, then what belongs together in it.
struct AnthropicRequest {
    let models: [String]

    /// Every request names the version of the API that it was written for, a date.
    static func checkVersion(_ fields: HeaderFields) throws(VendorFault) {
        guard let version = fields.value(of: "anthropic-version") else {
            throw VendorFault(rule: .versionMissing, status: 400, message: "anthropic-version: header is required")
        }
        let digits = Array(version.utf8)
        let isDate =
            digits.count == 10
            && digits.indices.allSatisfy { index in
                index == 4 || index == 7 ? digits[index] == 0x2D : (0x30...0x39).contains(digits[index])
            }
        guard isDate, fields.count(of: "anthropic-version") == 1 else {
            throw VendorFault(
                rule: .versionMalformed, status: 400,
                message: "anthropic-version: \"\(version.prefix(32))\" is not a valid version")
        }
    }

    func read(_ document: JSONDocument, schema: Schema = AnthropicSchema.request) throws(VendorFault) -> ChatRequest {
        let body = document.root
        guard body.kind == .object else {
            throw VendorFault(rule: .notAnObject, status: 400, message: "Input should be a valid dictionary")
        }
        do throws(SchemaFault) {
            try SchemaCheck.check(body, schema)
        } catch {
            throw VendorFault(error, .anthropic)
        }
        let model = body["model"]?.string ?? ""
        guard models.contains(model) else {
            throw VendorFault(rule: .modelUnknown, status: 404, message: "model: \(model)", type: "not_found_error")
        }
        try checkLimits(body, model)
        try checkTools(body)
        try AnthropicConversation.check(body["messages"])
        return facts(body, model)
    }

    // MARK: What belongs together

    private func checkLimits(_ body: JSONValue, _ model: String) throws(VendorFault) {
        let limit = body["max_tokens"]?.integer ?? 0
        if limit > ChatRequest.outputTokenLimit {
            throw fault(
                .tooManyTokens,
                "max_tokens: \(limit) > \(ChatRequest.outputTokenLimit), which is the maximum allowed number of "
                    + "output tokens for \(model)")
        }
        if body["thinking"]?["type"]?.reads(as: "enabled") ?? false {
            if body["max_tokens"] != nil, let budget = body["thinking"]?["budget_tokens"]?.integer, budget >= limit {
                throw fault(.thinkingBudgetTooLarge, "`max_tokens` must be greater than `thinking.budget_tokens`.")
            }
            if let temperature = body["temperature"]?.number, temperature != 1 {
                throw fault(
                    .thinkingWithTemperature, "`temperature` may only be set to 1 when thinking is enabled.")
            }
            if let choice = body["tool_choice"]?["type"], choice.reads(as: "any") || choice.reads(as: "tool") {
                throw fault(.thinkingWithForcedTool, "Thinking may not be enabled when tool_choice forces tool use.")
            }
        }
        for stop in body["stop_sequences"]?.elements.compactMap({ $0.string }) ?? []
        where AnthropicRequest.isBlank(stop) {
            throw fault(.stopOnlyWhitespace, "stop_sequences: each stop sequence must contain non-whitespace")
        }
    }

    private func checkTools(_ body: JSONValue) throws(VendorFault) {
        let names = body["tools"]?.elements.compactMap { $0["name"]?.string } ?? []
        if Set(names).count < names.count { throw fault(.toolNameTwice, "tools: Tool names must be unique.") }
        guard let choice = body["tool_choice"] else { return }
        if body["tools"] == nil, !(choice["type"]?.reads(as: "none") ?? false) {
            throw fault(.toolChoiceWithoutTools, "tool_choice may only be specified while providing tools")
        }
        if choice["type"]?.reads(as: "tool") ?? false, let name = choice["name"]?.string, !names.contains(name) {
            throw fault(.toolChoiceUnknown, "Tool '\(name)' not found in provided tools")
        }
    }

    // MARK: Facts

    private func facts(_ body: JSONValue, _ model: String) -> ChatRequest {
        var request = ChatRequest(wire: .anthropic, model: model)
        request.streams = body["stream"]?.boolean ?? false
        request.tokenLimit = body["max_tokens"]?.integer.map { Int(clamping: $0) }
        request.stops = body["stop_sequences"]?.elements.compactMap { $0.string } ?? []
        request.thinks = body["thinking"]?["type"]?.reads(as: "enabled") ?? false
        request.region = body["inference_geo"]?.string
        if let schema = body["output_config"]?["format"]?["schema"] { request.structure = .schema(schema) }
        request.lastUserText = ChatRequest.lastUserText(of: body)
        force(body, &request)
        return request
    }

    private func force(_ body: JSONValue, _ request: inout ChatRequest) {
        let tools =
            body["tools"]?.elements.compactMap { tool -> ChatRequest.Forced? in
                guard let name = tool["name"]?.string, let schema = tool["input_schema"] else { return nil }
                return ChatRequest.Forced(name: name, parameters: schema)
            } ?? []
        guard let choice = body["tool_choice"], !tools.isEmpty else { return }
        if choice["type"]?.reads(as: "any") ?? false {
            let pair = tools.count > 1 ? Array(tools.prefix(2)) : [tools[0], tools[0]]
            request.forced = choice["disable_parallel_tool_use"]?.boolean == true ? [tools[0]] : pair
        } else if let name = choice["name"]?.string {
            request.forced = tools.filter { $0.name == name }
        }
    }

    static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    }

    private func fault(_ rule: StrictnessRule, _ message: String) -> VendorFault {
        VendorFault(rule: rule, status: 400, message: message)
    }
}
