internal import JSON

extension VendorFault {
    /// The error body in the vendor's shape.
    /// - Parameter request: what the request id header says.
    func body(_ wire: VendorProtocol, request: String) -> [UInt8] {
        switch wire {
        case .openAI: VendorFault.openAI(message: message, type: type, param: param, code: code)
        case .anthropic: VendorFault.anthropic(message: message, type: type, request: request)
        }
    }

    /// The error body of a status that no rule gave: by a script, or by the engine.
    static func body(
        status: Int, message: String, type: String? = nil, _ wire: VendorProtocol, request: String
    ) -> [UInt8] {
        let type = type ?? VendorFault.type(of: status, wire)
        return switch wire {
        case .openAI: openAI(message: message, type: type, param: nil, code: nil)
        case .anthropic: anthropic(message: message, type: type, request: request)
        }
    }

    static func openAI(message: String, type: String, param: String?, code: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.object("error") { writer in
                writer.member("message", message)
                writer.member("type", type)
                writer.member("param", param)
                writer.member("code", code)
            }
        }
        return writer.bytes
    }

    static func anthropic(message: String, type: String, request: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "error")
            writer.object("error") { writer in
                writer.member("type", type)
                writer.member("message", message)
            }
            writer.member("request_id", request)
        }
        return writer.bytes
    }

    /// Which error type a status has where a script names none.
    static func type(of status: Int, _ wire: VendorProtocol) -> String {
        switch wire {
        case .openAI:
            switch status {
            case 429: "rate_limit_error"
            case 400..<500: "invalid_request_error"
            default: "server_error"
            }
        case .anthropic:
            switch status {
            case 401: "authentication_error"
            case 402: "billing_error"
            case 403: "permission_error"
            case 404: "not_found_error"
            case 413: "request_too_large"
            case 429: "rate_limit_error"
            case 504: "timeout_error"
            case 529: "overloaded_error"
            case 400..<500: "invalid_request_error"
            default: "api_error"
            }
        }
    }
}
