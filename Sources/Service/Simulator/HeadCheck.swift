internal import HTTP
internal import JSON

/// What a vendor looks at before it reads a body: path, method, key, headers.
struct HeadCheck {
    let profile: VendorProfile

    func check(_ head: RequestHead, _ route: Route?, _ wire: VendorProtocol, key: KeyCheck.Presented)
        throws(VendorFault)
    {
        guard let route else { throw HeadCheck.unknownPath(head, wire) }
        guard head.method == route.method else {
            throw VendorFault(
                rule: .methodWrong, status: 405,
                message: wire == .openAI ? "Not allowed to \(head.method) on \(head.path)." : "Method Not Allowed")
        }
        switch key {
        case .right: break
        case .missing: throw missingKey(wire)
        case .wrong: throw wrongKey(wire)
        }
        if route.wire == .anthropic { try AnthropicRequest.checkVersion(head.fields) }
        if route.method == "POST", case .administration = route { return }
        if route.method == "POST" { try checkContent(head, wire) }
    }

    private func missingKey(_ wire: VendorProtocol) -> VendorFault {
        switch wire {
        case .openAI:
            VendorFault(
                rule: .keyMissing, status: 401,
                message:
                    "You didn't provide an API key. You need to provide your API key in an Authorization header using "
                    + "Bearer auth (i.e. Authorization: Bearer YOUR_KEY).")
        case .anthropic:
            VendorFault(
                rule: .keyMissing, status: 401, message: "x-api-key header is required", type: "authentication_error")
        }
    }

    /// The real vendor repeats parts of the key; this one never does.
    private func wrongKey(_ wire: VendorProtocol) -> VendorFault {
        switch wire {
        case .openAI:
            VendorFault(
                rule: .keyWrong, status: 401,
                message: profile.kind == .azure
                    ? "Access denied due to invalid subscription key or wrong API endpoint."
                    : "Incorrect API key provided.",
                code: profile.kind == .azure ? "401" : "invalid_api_key")
        case .anthropic:
            VendorFault(rule: .keyWrong, status: 401, message: "invalid x-api-key", type: "authentication_error")
        }
    }

    private func checkContent(_ head: RequestHead, _ wire: VendorProtocol) throws(VendorFault) {
        let type = head.fields.value(of: "content-type") ?? ""
        let essence = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard essence == "application/json" else {
            throw VendorFault(
                rule: .contentTypeWrong, status: 400,
                message:
                    "Unsupported content type: '\(type.prefix(64))'. This API method only accepts 'application/json' "
                    + "requests.", code: wire == .openAI ? "unsupported_content_type" : nil)
        }
        guard head.fields.count(of: "content-encoding") == 0 else {
            throw VendorFault(
                rule: .contentCoded, status: 415, message: "content-encoding is not supported; send the body as it is")
        }
    }

    static func unknownPath(_ head: RequestHead, _ wire: VendorProtocol) -> VendorFault {
        switch wire {
        case .openAI:
            VendorFault(rule: .pathUnknown, status: 404, message: "Invalid URL (\(head.method) \(head.path))")
        case .anthropic: VendorFault(rule: .pathUnknown, status: 404, message: "Not found", type: "not_found_error")
        }
    }

    static func unknownModel(_ id: String, _ wire: VendorProtocol) -> VendorFault {
        switch wire {
        case .openAI:
            VendorFault(
                rule: .modelUnknown, status: 404, message: "The model '\(id)' does not exist", code: "model_not_found",
                param: "model")
        case .anthropic: VendorFault(rule: .modelUnknown, status: 404, message: "model: \(id)", type: "not_found_error")
        }
    }

    static func unreadable(_ error: JSONError, _ wire: VendorProtocol) -> VendorFault {
        let isDuplicate = error.fault == .duplicateKey
        let message =
            wire == .openAI
            ? "We could not parse the JSON body of your request. (HINT: \(error.description))"
            : "The request body is not valid JSON: \(error.description)"
        return VendorFault(rule: isDuplicate ? .duplicateKey : .notJSON, status: 400, message: message)
    }
}
