/// What differs between the vendors that speak the same protocol: where the endpoints lie, which header carries the
/// key, and which small habits their answers have.
package struct VendorProfile: Equatable, Sendable {
    enum Kind: Sendable { case openAI, azure, anthropic, deepSeek, own }

    package let name: String
    let kind: Kind
    package let protocols: Set<VendorProtocol>

    static func accepts(name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// - Parameter wanted: nil for what the vendor speaks by itself.
    init(name: String, speaking wanted: Set<VendorProtocol>?) throws(SimulatorError) {
        self.name = name
        switch name {
        case "openai": kind = .openAI
        case "azure", "microsoft": kind = .azure
        case "anthropic": kind = .anthropic
        case "deepseek": kind = .deepSeek
        default: kind = .own
        }
        let offered: Set<VendorProtocol> =
            switch kind {
            case .openAI: [.openAI]
            case .anthropic: [.anthropic]
            case .azure, .deepSeek, .own: [.openAI, .anthropic]
            }
        let usual: Set<VendorProtocol> = kind == .azure || kind == .anthropic ? offered : [.openAI]
        if let wanted, let missing = wanted.subtracting(offered).first {
            throw .usage("--protocol: vendor \(name) offers no \(missing.rawValue) endpoint")
        }
        protocols = wanted ?? usual
    }

    /// What stands before `/chat/completions` or `/v1/messages`.
    func base(of wire: VendorProtocol) -> String {
        switch (kind, wire) {
        case (.azure, .openAI): "/openai/v1"
        case (_, .openAI): "/v1"
        case (.azure, .anthropic), (.deepSeek, .anthropic): "/anthropic"
        case (_, .anthropic): ""
        }
    }

    /// Header names that may carry the key; the vendor's own first.
    func keyHeaders(of wire: VendorProtocol) -> [KeyHeader] {
        switch (kind, wire) {
        case (.azure, .openAI): [.apiKey, .bearer]
        // The SDK's Foundry client sends the first two, both with the key (anthropic 2.12.0, `lib/foundry.py`).
        case (.azure, .anthropic): [.xAPIKey, .apiKey, .bearer]
        case (_, .openAI): [.bearer]
        // From SDK 2.12.0 on an API key travels as a bearer token, before that as `x-api-key` (`_client.py`).
        case (_, .anthropic): [.xAPIKey, .bearer]
        }
    }

    /// The protocol whose error shape is used where no endpoint is known.
    var firstProtocol: VendorProtocol { protocols.contains(.openAI) ? .openAI : .anthropic }

    var usualModels: [String] {
        switch kind {
        case .openAI: ["gpt-5.5", "gpt-5.5-mini"]
        case .anthropic: ["claude-opus-4-8", "claude-sonnet-4-8"]
        case .azure: ["gpt-5.5", "gpt-5.5-mini", "claude-opus-4-8"]
        case .deepSeek, .own: ["deepseek-v4-pro"]
        }
    }

    /// Answers name their `service_tier`.
    var namesTier: Bool { kind == .openAI || kind == .azure }
    /// Chunks carry `obfuscation` unless the request declines it (OpenAI's API reference, `stream_options`).
    var writesObfuscation: Bool { kind == .openAI || kind == .azure }
    /// The stream begins with a chunk without choices that holds the prompt's filter results (Azure, "Content
    /// streaming").
    var startsWithPromptFilter: Bool { kind == .azure }
    /// Without `include_usage` the finishing chunk bears the usage beside its choice.
    var sendsUsageWithFinish: Bool { kind == .deepSeek }
}
