package import CBOR
internal import Vocabulary

/// A decision input in the ledger: deterministic CBOR (RFC 8949 section 4.2.1), so that equal inputs have equal
/// digests. docs/formats/decision.md lists every field.
extension DecisionInput {
    /// Version of the format; another one is refused.
    static let version: UInt64 = 1

    package var cbor: CBOR {
        .map([
            ("v", .unsigned(DecisionInput.version)), ("bundle", .bytes(bundle.bytes)), ("at", .instant(at)),
            ("known_at", .instant(knownAt)), ("call", call.cbor), ("deployment", deployment.cbor),
            ("cuts", .array(cuts.map(\.cbor))),
        ])
    }

    package var encoded: [UInt8] { cbor.encoded() }

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
    var cbor: CBOR {
        .map([
            ("id", .text(id.text)), ("vendor", .optional(scope.vendor?.text)), ("model", .optional(scope.model?.text)),
            ("channel", .optional(scope.channel?.rawValue)),
            ("territory", .optional(scope.territory?.description)),
            ("class", .optional(scope.personClass?.rawValue)), ("since", .instant(since)), ("reason", .text(reason)),
            ("authority", .text(authority.kind.rawValue)), ("instrument", .text(authority.instrument)),
            ("clause", .optional(authority.clause)),
        ])
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
