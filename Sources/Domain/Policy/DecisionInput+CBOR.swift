package import CBOR
internal import Vocabulary

/// A decision input in the ledger: deterministic CBOR (RFC 8949 section 4.2.1), so that equal inputs have equal
/// digests. docs/formats/decision.md lists every field.
extension DecisionInput {
    /// Version of the format; another one is refused.
    static let version: UInt64 = 1

    /// - Parameter deployment: encoded, where that has been done before.
    func write(to writer: inout CBORWriter, deployment encodedDeployment: [UInt8]? = nil) {
        writer.map(count: 7)
        writer.text("v")
        writer.unsigned(DecisionInput.version)
        writer.text("at")
        writer.instant(at)
        writer.text("call")
        call.write(to: &writer)
        writer.text("cuts")
        writer.array(count: cuts.count)
        for cut in cuts { cut.write(to: &writer) }
        writer.text("bundle")
        writer.bytes(bundle.bytes)
        writer.text("known_at")
        writer.instant(knownAt)
        writer.text("deployment")
        if let encodedDeployment {
            writer.append(encoded: encodedDeployment)
        } else {
            deployment.write(to: &writer)
        }
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        write(to: &writer)
        return writer.finish()
    }

    package init(encoded: [UInt8]) throws(PolicyError) {
        let item: CBOR
        do {
            item = try CBOR.decode(encoded)
        } catch {
            throw .undecodable(path: "input", expected: "deterministic CBOR")
        }
        try self.init(cbor: item)
    }

    package init(cbor: CBOR) throws(PolicyError) {
        do throws(CBORFieldError) {
            var fields = try CBORFields(cbor, path: "input")
            guard try fields.unsigned("v") == DecisionInput.version else {
                throw CBORFieldError(path: fields.path(of: "v"), expected: "version \(DecisionInput.version)")
            }
            guard let bundle = BundleHash(try fields.bytes("bundle")) else {
                throw CBORFieldError(path: fields.path(of: "bundle"), expected: "32 bytes")
            }
            let at = try fields.instant("at")
            let knownAt = try fields.instant("known_at")
            let call = try CallFacts(try fields.map("call"))
            let deployment = try DeploymentFacts(try fields.map("deployment"))
            var cuts: [ActiveCut] = []
            for item in try fields.array("cuts") {
                cuts.append(try ActiveCut(try CBORFields(item, path: fields.path(of: "cuts[\(cuts.count)]"))))
            }
            try fields.finish()
            self.init(bundle: bundle, at: at, knownAt: knownAt, call: call, deployment: deployment, cuts: cuts)
        } catch {
            throw .undecodable(path: error.path, expected: error.expected)
        }
    }
}

extension ActiveCut {
    func write(to writer: inout CBORWriter) {
        writer.map(count: 11)
        writer.text("id")
        writer.text(id.text)
        writer.text("class")
        writer.optional(scope.personClass?.rawValue)
        writer.text("model")
        writer.optional(scope.model?.text)
        writer.text("since")
        writer.instant(since)
        writer.text("clause")
        writer.optional(authority.clause)
        writer.text("reason")
        writer.text(reason)
        writer.text("vendor")
        writer.optional(scope.vendor?.text)
        writer.text("channel")
        writer.optional(scope.channel?.rawValue)
        writer.text("authority")
        writer.text(authority.kind.rawValue)
        writer.text("territory")
        writer.optional(scope.territory?.description)
        writer.text("instrument")
        writer.text(authority.instrument)
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let id = try fields.value("id", "an id") { CutID($0) }
        let scope = CutScope(
            vendor: try fields.nullable("vendor", "an id") { VendorID($0) },
            model: try fields.nullable("model", "an id") { ModelID($0) },
            channel: try fields.nullable("channel", "a channel") { Channel(rawValue: $0) },
            territory: try fields.nullable("territory", "a country") { Country($0) },
            personClass: try fields.nullable("class", "a class of persons") { PersonClass(rawValue: $0) })
        let since = try fields.instant("since")
        let reason = try fields.text("reason")
        let authority = Authority(
            kind: try fields.value("authority", "a kind of authority") { Authority.Kind(rawValue: $0) },
            instrument: try fields.text("instrument"), clause: try fields.nullable("clause", "text") { $0 })
        try fields.finish()
        self.init(id: id, scope: scope, since: since, reason: reason, authority: authority)
    }
}

extension CBORFields {
    /// A text that `read` understands, or null.
    mutating func nullable<Value>(
        _ key: String, _ expected: String, _ read: (String) -> Value?
    ) throws(CBORFieldError) -> Value? {
        switch try take(key) {
        case .null: return nil
        case .text(let text):
            guard let value = read(text) else { throw CBORFieldError(path: path(of: key), expected: expected) }
            return value
        default: throw CBORFieldError(path: path(of: key), expected: expected + " or null")
        }
    }
}
