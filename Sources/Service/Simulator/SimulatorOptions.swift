package import Transport

/// What `portcullis simulate` is told. See docs/simulator.md.
package struct SimulatorOptions: Equatable, Sendable {
    /// LIMIT: tokens per second of one stream; a pace below a tick of the clock means nothing.
    package static let highestRate = 1000

    package var vendor: VendorProfile
    package var listen: SocketAddress
    package var keyFile: String
    package var byteLog: String
    package var models: [String]
    package var tokensPerSecond: Int
    package var scriptFile: String?
    /// Whether a user text that begins with `[[simulate: …]]` is a script.
    package var allowsInBandScript: Bool

    package static let usage = """
        usage: portcullis simulate --vendor V --listen ADDR:PORT --api-key-file FILE --byte-log FILE
                 [--models a,b,c] [--protocol openai|anthropic|both] [--tokens-per-second 50]
                 [--script FILE] [--in-band-script]
        """

    private static let named: Set<String> = [
        "vendor", "listen", "api-key-file", "byte-log", "models", "protocol", "tokens-per-second", "script",
    ]
    private static let switches: Set<String> = ["in-band-script"]

    /// Reads what follows the verb: `--name value`, `--name=value` and switches, in any order, each at most once.
    package static func parse(_ arguments: [String]) throws(SimulatorError) -> SimulatorOptions {
        let values = try values(arguments)
        let vendor = try required("vendor", values)
        guard VendorProfile.accepts(name: vendor) else {
            throw .usage("--vendor must be 1 to 40 letters, digits, - or _")
        }
        let listen = try required("listen", values)
        guard let address = SocketAddress(listen) else {
            throw .usage("--listen must be an address and a port, such as 127.0.0.1:8081 (port 0 picks a free one)")
        }
        let profile = try VendorProfile(name: vendor, speaking: try protocols(values["protocol"]))
        return SimulatorOptions(
            vendor: profile, listen: address, keyFile: try required("api-key-file", values),
            byteLog: try required("byte-log", values),
            models: try models(values["models"]) ?? profile.usualModels,
            tokensPerSecond: try rate(values["tokens-per-second"]), scriptFile: values["script"],
            allowsInBandScript: values["in-band-script"] != nil)
    }

    private static func values(_ arguments: [String]) throws(SimulatorError) -> [String: String] {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else { throw .usage("unexpected argument \(argument); see --help") }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard values[name] == nil else { throw .usage("--\(name) is given twice; give it once") }
            if switches.contains(name) {
                guard parts.count == 1 else { throw .usage("--\(name) takes no value") }
                values[name] = ""
            } else if named.contains(name) {
                guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
                    throw .usage("--\(name) needs a value")
                }
                values[name] = value
            } else {
                throw .usage("unknown option --\(name); see --help")
            }
        }
        return values
    }

    private static func required(_ name: String, _ values: [String: String]) throws(SimulatorError) -> String {
        guard let value = values[name] else { throw .usage("--\(name) is missing") }
        return value
    }

    private static func protocols(_ text: String?) throws(SimulatorError) -> Set<VendorProtocol>? {
        switch text {
        case nil: nil
        case "openai": [.openAI]
        case "anthropic": [.anthropic]
        case "both": [.openAI, .anthropic]
        default: throw .usage("--protocol must be openai, anthropic or both")
        }
    }

    private static func models(_ text: String?) throws(SimulatorError) -> [String]? {
        guard let text else { return nil }
        let models = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        let areNames = models.allSatisfy { model in
            !model.isEmpty && model.utf8.count <= 128
                && model.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 }
        }
        guard areNames, Set(models).count == models.count else {
            throw .usage("--models must be different model names joined by commas, without spaces")
        }
        return models
    }

    private static func rate(_ text: String?) throws(SimulatorError) -> Int {
        guard let text else { return 50 }
        guard let rate = Int(text), (1...highestRate).contains(rate) else {
            throw .usage("--tokens-per-second must be a whole number from 1 to \(highestRate)")
        }
        return rate
    }
}
