/// What a path of the vendor is.
enum Route: Equatable {
    case chat(VendorProtocol)
    case countTokens
    case models(VendorProtocol)
    case model(VendorProtocol, id: String)
    /// The simulator's own, behind `/_simulator/`.
    case administration(String)

    /// - Parameter hasVersion: `anthropic-version` was sent, which decides where both protocols have the same path.
    static func find(_ path: Substring, _ profile: VendorProfile, hasVersion: Bool) -> Route? {
        let own = "/_simulator/"
        if path.hasPrefix(own) { return .administration(String(path.dropFirst(own.count))) }
        let order: [VendorProtocol] = hasVersion ? [.anthropic, .openAI] : [.openAI, .anthropic]
        for wire in order where profile.protocols.contains(wire) {
            let base = profile.base(of: wire)
            guard path.hasPrefix(base) else { continue }
            let rest = path.dropFirst(base.count)
            switch (wire, rest) {
            case (.openAI, "/chat/completions"): return .chat(.openAI)
            case (.anthropic, "/v1/messages"): return .chat(.anthropic)
            case (.anthropic, "/v1/messages/count_tokens"): return .countTokens
            default: break
            }
            let models = wire == .openAI ? "/models" : "/v1/models"
            if rest == models { return .models(wire) }
            if rest.hasPrefix(models + "/") { return .model(wire, id: String(rest.dropFirst(models.count + 1))) }
        }
        return nil
    }

    var method: String {
        switch self {
        case .chat, .countTokens: "POST"
        case .models, .model: "GET"
        case .administration(let act):
            switch act {
            case "flush": "POST"
            case "status": "GET"
            default: "PUT"
            }
        }
    }

    var wire: VendorProtocol? {
        switch self {
        case .chat(let wire), .models(let wire), .model(let wire, _): wire
        case .countTokens: .anthropic
        case .administration: nil
        }
    }
}
