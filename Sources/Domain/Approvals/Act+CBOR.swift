package import CBOR
internal import Crypto
internal import Vocabulary

/// An act as a map in deterministic CBOR:
///
///     {act: name, content: {…}}
///
/// `act` is one of the raw values of `ActKind` but `bundle.tighten` and `matrix.change`, which are ways to judge a
/// `bundle.activate`. docs/formats/record.md lists the fields of each content; one that is not there is left out.
extension Act {
    package var cbor: CBOR { .map([("act", .text(name.rawValue)), ("content", .map(content.fields))]) }
    package var encoded: [UInt8] { cbor.encoded() }

    private var content: any ActContent {
        switch self {
        case .orderCut(let content), .reopenCut(let content): content
        case .breakGlass(let content): content
        case .activateBundle(let content): content
        case .changeSigners(let content): content
        case .placeHold(let content), .releaseHold(let content): content
        case .dispose(let content): content
        case .export(let content): content
        case .exception(let content): content
        case .readContent(let content), .unpseudonymise(let content): content
        case .resetCredential(let content): content
        case .loosenDetection(let content): content
        case .changeSupervision(let content): content
        }
    }

    /// Accepts what `encoded` writes and nothing else, so that an act has one encoding.
    package init(encoded: [UInt8]) throws(ApprovalError) {
        let item: CBOR
        do throws(CBORError) { item = try CBOR.decode(encoded) } catch {
            throw .undecodable(path: "act", expected: "deterministic CBOR")
        }
        try self.init(cbor: item)
        guard self.encoded == encoded else {
            throw .undecodable(path: "act", expected: "digests in small letters and times in their shortest form")
        }
    }

    package init(cbor: CBOR) throws(ApprovalError) {
        do throws(CBORFieldError) { self = try Act.read(cbor) } catch {
            throw .undecodable(path: error.path, expected: error.expected)
        }
    }

    private static func read(_ cbor: CBOR) throws(CBORFieldError) -> Act {
        var fields = try CBORFields(cbor, path: "act")
        let name = try fields.value("act", "the name of an act") { ActKind(rawValue: $0) }
        var content = try fields.map("content")
        try fields.finish()
        let act = try read(name, &content)
        try content.finish()
        return act
    }

    private static func read(_ name: ActKind, _ content: inout CBORFields) throws(CBORFieldError) -> Act {
        switch name {
        case .orderCut: return .orderCut(try OrderedCut(&content))
        case .reopenCut: return .reopenCut(try OrderedCut(&content))
        case .breakGlass: return .breakGlass(try BreakGlass(&content))
        case .activateBundle: return .activateBundle(try BundleChange(&content))
        case .changeSigners: return .changeSigners(try SignersChange(&content))
        case .placeHold: return .placeHold(try Hold(&content))
        case .releaseHold: return .releaseHold(try Hold(&content))
        case .dispose: return .dispose(try Disposal(&content))
        case .export: return .export(try Export(&content))
        case .exception: return .exception(try Lifting(&content))
        case .readContent: return .readContent(try Reading(&content))
        case .unpseudonymise: return .unpseudonymise(try Reading(&content))
        case .resetCredential: return .resetCredential(try CredentialReset(&content))
        case .loosenDetection: return .loosenDetection(try DetectionChange(&content))
        case .changeSupervision: return .changeSupervision(try SettingsChange(&content))
        case .tightenBundle, .changeMatrix:
            throw CBORFieldError(
                path: "act.act", expected: "bundle.activate; how it is judged is not the caller's to say")
        }
    }
}

/// What an act's case carries: its fields, written and read.
protocol ActContent {
    var fields: [(String, CBOR)] { get }
    init(_ fields: inout CBORFields) throws(CBORFieldError)
}

extension Act.OrderedCut: ActContent {
    var fields: [(String, CBOR)] { [("cut", .text(cut.text)), ("order", .digest(order))] }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(cut: try fields.id("cut"), order: try fields.digest("order"))
    }
}

extension Act.BundleChange: ActContent {
    var fields: [(String, CBOR)] {
        [
            ("name", .text(name)), ("bundle", .text(bundle.hexadecimal)), ("replaces", .text(replaces.hexadecimal)),
            ("matrix", .digest(matrix)), ("replaces_matrix", .digest(replacesMatrix)),
        ]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            name: try fields.sentence("name"), bundle: try fields.bundle("bundle"),
            replaces: try fields.bundle("replaces"), matrix: try fields.digest("matrix"),
            replacesMatrix: try fields.digest("replaces_matrix"))
    }
}

extension Act.BreakGlass: ActContent {
    var fields: [(String, CBOR)] {
        [
            ("persons", .ids(persons)), ("models", .ids(models)), ("until", .instant(until)), ("reason", .text(reason)),
        ]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            persons: try fields.ids("persons"), models: try fields.ids("models"), until: try fields.instant("until"),
            reason: try fields.sentence("reason"))
    }
}

extension Act.SignersChange: ActContent {
    var fields: [(String, CBOR)] {
        [("person", .text(person.text)), ("functions", .ids(functions))] + .optional("entity", entity?.text)
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            person: try fields.id("person"), functions: try fields.ids("functions"),
            entity: try fields.optionalID("entity"))
    }
}

extension Act.Hold: ActContent {
    var fields: [(String, CBOR)] {
        [("hold", .text(hold.text)), ("scope", .digest(scope)), ("reason", .text(reason))]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            hold: try fields.id("hold"), scope: try fields.digest("scope"), reason: try fields.sentence("reason"))
    }
}

extension Act.Disposal: ActContent {
    var fields: [(String, CBOR)] {
        [
            ("scope", .digest(scope)), ("records", .unsigned(records)), ("through", .instant(through)),
            ("reason", .text(reason)),
        ]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            scope: try fields.digest("scope"), records: try fields.unsigned("records"),
            through: try fields.instant("through"), reason: try fields.sentence("reason"))
    }
}

extension Act.Export: ActContent {
    var fields: [(String, CBOR)] {
        [("scope", .digest(scope)), ("recipient", .text(recipient)), ("purpose", .text(purpose))]
            + .optional("entity", entity?.text)
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            scope: try fields.digest("scope"), recipient: try fields.sentence("recipient"),
            purpose: try fields.sentence("purpose"), entity: try fields.optionalID("entity"))
    }
}

extension Act.Lifting: ActContent {
    var fields: [(String, CBOR)] {
        [
            ("rule", .text(rule.text)), ("persons", .ids(persons)), ("entities", .ids(entities)),
            ("until", .instant(until)), ("reason", .text(reason)),
        ]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            rule: try fields.id("rule"), persons: try fields.ids("persons"), entities: try fields.ids("entities"),
            until: try fields.instant("until"), reason: try fields.sentence("reason"))
    }
}

extension Act.Reading: ActContent {
    var fields: [(String, CBOR)] {
        [
            ("matter", .text(matter)), ("references", .array(references.map { .text($0.description) })),
            ("purpose", .text(purpose)),
        ] + .optional("subject", subject?.text) + .optional("entity", entity?.text)
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            matter: try fields.sentence("matter"),
            references: try fields.list("references", "references of exchanges") { Reference($0) },
            subject: try fields.optionalID("subject"), entity: try fields.optionalID("entity"),
            purpose: try fields.sentence("purpose"))
    }
}

extension Act.CredentialReset: ActContent {
    var fields: [(String, CBOR)] {
        [("account", .text(account.text)), ("person", .text(person.text)), ("reason", .text(reason))]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            account: try fields.id("account"), person: try fields.id("person"), reason: try fields.sentence("reason"))
    }
}

extension Act.DetectionChange: ActContent {
    var fields: [(String, CBOR)] {
        [
            ("from", .digest(from)), ("to", .digest(to)), ("simulation", .digest(simulation)),
            ("reason", .text(reason)),
        ]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            from: try fields.digest("from"), to: try fields.digest("to"),
            simulation: try fields.digest("simulation"), reason: try fields.sentence("reason"))
    }
}

extension Act.SettingsChange: ActContent {
    var fields: [(String, CBOR)] {
        [("setting", .text(setting)), ("from", .digest(from)), ("to", .digest(to)), ("reason", .text(reason))]
    }

    init(_ fields: inout CBORFields) throws(CBORFieldError) {
        self.init(
            setting: try fields.sentence("setting"), from: try fields.digest("from"), to: try fields.digest("to"),
            reason: try fields.sentence("reason"))
    }
}
