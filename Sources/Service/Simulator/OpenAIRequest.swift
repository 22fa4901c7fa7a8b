internal import JSON

/// Reads a chat completion request: the schema first, then what belongs together in it.
struct OpenAIRequest {
    let profile: VendorProfile
    let models: [String]

    func read(_ document: JSONDocument) throws(VendorFault) -> ChatRequest {
        let body = document.root
        guard body.kind == .object else {
            throw VendorFault(
                rule: .notAnObject, status: 400, message: "We expected a JSON object as the body of your request.")
        }
        do throws(SchemaFault) {
            try SchemaCheck.check(body, OpenAISchema.request)
        } catch {
            throw VendorFault(error, .openAI)
        }
        let model = body["model"]?.string ?? ""
        guard models.contains(model) else {
            throw VendorFault(
                rule: .modelUnknown, status: 404,
                message: "The model `\(model)` does not exist or you do not have access to it.", code: "model_not_found"
            )
        }
        try checkLimits(body, model)
        try checkTools(body)
        try checkFormat(body)
        try OpenAIConversation.check(body["messages"], alternating: model.contains("reasoner"))
        return facts(body, model)
    }

    // MARK: What belongs together

    private func checkLimits(_ body: JSONValue, _ model: String) throws(VendorFault) {
        let limits: [(name: String, value: JSONValue?)] = [
            ("max_tokens", given(body["max_tokens"])), ("max_completion_tokens", given(body["max_completion_tokens"])),
        ]
        if limits.allSatisfy({ $0.value != nil }) {
            throw fault(
                .tokenLimitTwice, "max_tokens",
                "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
                code: "invalid_parameter_combination")
        }
        for limit in limits {
            guard let asked = limit.value?.integer, asked > ChatRequest.outputTokenLimit else { continue }
            let most = ChatRequest.outputTokenLimit
            throw fault(
                .tooManyTokens, limit.name,
                "\(limit.name) is too large: \(asked). This model supports at most \(most) completion tokens, "
                    + "whereas you provided \(asked).", code: "invalid_value")
        }
        // The o-series, by the description of `max_tokens` in the SDK's types.
        if model.utf8.first == 0x6F, model.utf8.dropFirst().first.map({ (0x30...0x39).contains($0) }) ?? false {
            for name in ["max_tokens", "temperature", "top_p", "presence_penalty", "frequency_penalty"] {
                guard body.members.contains(where: { $0.key.string == name && !$0.value.isNull }) else { continue }
                let instead = name == "max_tokens" ? " Use 'max_completion_tokens' instead." : ""
                throw fault(
                    .modelLacksParameter, name,
                    "Unsupported parameter: '\(name)' is not supported with this model.\(instead)",
                    code: "unsupported_parameter")
            }
        }
        if given(body["stream_options"]) != nil, body["stream"]?.boolean != true {
            throw fault(
                .streamOptionsWithoutStream, "stream_options",
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
        }
        if given(body["top_logprobs"]) != nil, body["logprobs"]?.boolean != true {
            throw fault(
                .topLogprobsWithoutLogprobs, "top_logprobs",
                "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.")
        }
    }

    private func checkTools(_ body: JSONValue) throws(VendorFault) {
        let names = body["tools"]?.elements.compactMap { OpenAIRequest.toolName($0) } ?? []
        if body["tools"] == nil, body["parallel_tool_calls"] != nil {
            throw fault(
                .parallelCallsWithoutTools, "parallel_tool_calls",
                "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are "
                    + "specified."
            )
        }
        guard let choice = body["tool_choice"] else { return }
        if body["tools"] == nil, !choice.reads(as: "none") {
            throw fault(
                .toolChoiceWithoutTools, "tool_choice",
                "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.")
        }
        if let name = OpenAIRequest.toolName(choice), !names.contains(name) {
            throw fault(
                .toolChoiceUnknown, "tool_choice",
                "Invalid value: tool_choice '\(name)' was not found in the 'tools' parameter.",
                code: "invalid_value")
        }
    }

    private func checkFormat(_ body: JSONValue) throws(VendorFault) {
        if body["response_format"]?["type"]?.reads(as: "json_object") ?? false {
            let says = body["messages"]?.elements.contains { message in
                ChatRequest.text(of: message["content"]).lowercased().contains("json")
            }
            guard says == true else {
                throw fault(
                    .jsonModeWithoutTheWord, "messages",
                    "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
                        + "'json_object'."
                )
            }
        }
        let unimitated: [(isAsked: Bool, name: String)] = [
            (body["logprobs"]?.boolean == true, "logprobs"),
            (body["modalities"]?.elements.contains { $0.reads(as: "audio") } ?? false, "modalities"),
            (body["web_search_options"] != nil, "web_search_options"),
            (body["function_call"]?.kind == .object, "function_call"),
            (body["tool_choice"]?["type"]?.reads(as: "custom") ?? false, "tool_choice"),
            (body["tool_choice"]?["type"]?.reads(as: "allowed_tools") ?? false, "tool_choice"),
        ]
        if let asked = unimitated.first(where: { $0.isAsked }) {
            throw fault(
                .notSimulated, asked.name, "This simulator does not imitate '\(asked.name)'.", code: "not_simulated")
        }
    }

    // MARK: Facts

    private func facts(_ body: JSONValue, _ model: String) -> ChatRequest {
        var request = ChatRequest(wire: .openAI, model: model)
        request.streams = body["stream"]?.boolean ?? false
        request.tokenLimit = (body["max_completion_tokens"]?.integer ?? body["max_tokens"]?.integer).map {
            Int(clamping: $0)
        }
        request.choices = Int(clamping: body["n"]?.integer ?? 1)
        if let stop = body["stop"] {
            request.stops = stop.string.map { [$0] } ?? stop.elements.compactMap { $0.string }
        }
        request.includesUsage = body["stream_options"]?["include_usage"]?.boolean ?? false
        request.includesObfuscation = body["stream_options"]?["include_obfuscation"]?.boolean ?? true
        let format = body["response_format"]
        if format?["type"]?.reads(as: "json_object") ?? false { request.structure = .json }
        if let schema = format?["json_schema"]?["schema"] { request.structure = .schema(schema) }
        request.lastUserText = ChatRequest.lastUserText(of: body)
        force(body, &request)
        return request
    }

    private func force(_ body: JSONValue, _ request: inout ChatRequest) {
        let functions =
            body["tools"]?.elements.compactMap { tool -> ChatRequest.Forced? in
                guard let function = tool["function"], let name = function["name"]?.string else { return nil }
                return ChatRequest.Forced(name: name, parameters: function["parameters"])
            } ?? []
        guard let choice = body["tool_choice"], !functions.isEmpty else { return }
        if choice.reads(as: "required") {
            // Two calls in parallel where the caller allows it.
            let pair = functions.count > 1 ? Array(functions.prefix(2)) : [functions[0], functions[0]]
            request.forced = body["parallel_tool_calls"]?.boolean == false ? [functions[0]] : pair
        } else if let name = OpenAIRequest.toolName(choice) {
            request.forced = functions.filter { $0.name == name }.suffix(1)
            request.endsWithCalls = false
        }
    }

    private static func toolName(_ tool: JSONValue) -> String? {
        tool["function"]?["name"]?.string ?? tool["custom"]?["name"]?.string
    }

    private func given(_ value: JSONValue?) -> JSONValue? { value?.isNull == true ? nil : value }

    private func fault(_ rule: StrictnessRule, _ param: String, _ message: String, code: String? = nil) -> VendorFault {
        VendorFault(rule: rule, status: 400, message: message, code: code, param: param)
    }
}
