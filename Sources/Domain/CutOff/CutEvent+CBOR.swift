package import CBOR
internal import Vocabulary

/// An event in the ledger, as a map:
///
///     cut        {type: "cut", event, cut, scope {vendor?, model?, channel?, territory?, class?}, reason,
///                 basis {kind, file, sha256, length}, by {person} or {uid}, at}
///     signature  {type: "signature", event, cut, person, account, key, at}
///
/// `at` counts nanoseconds since 1970; what is not named in a scope is left out.
extension CutEvent {
    package var cbor: CBOR {
        switch self {
        case .cut(let id, let cut):
            let by: [(String, CBOR)] =
                switch cut.orderedBy {
                case .person(let person): [("person", .text(person.text))]
                case .peer(let uid): [("uid", .unsigned(UInt64(uid)))]
                }
            return .map([
                ("type", .text("cut")), ("event", .text(id.text)), ("cut", .text(cut.id.text)),
                ("scope", cut.scope.cbor), ("reason", .text(cut.reason)), ("basis", cut.basis.cbor),
                ("by", .map(by)), ("at", .integer(cut.at.nanoseconds)),
            ])
        case .signature(let id, let signature):
            return .map([
                ("type", .text("signature")), ("event", .text(id.text)), ("cut", .text(signature.cut.text)),
                ("person", .text(signature.person.text)), ("account", .text(signature.account.text)),
                ("key", .text(signature.key.text)), ("at", .integer(signature.at.nanoseconds)),
            ])
        }
    }

    package var encoded: [UInt8] { cbor.encoded() }

    package init(cbor: CBOR) throws(CutOffError) {
        do {
            self = try CutEvent.read(cbor)
        } catch let error as CBORFieldError {
            throw .undecodable(path: error.path, expected: error.expected)
        } catch let error as CutOffError {
            throw error
        } catch {
            throw .undecodable(path: "event", expected: "a cut-off event")
        }
    }

    package init(encoded: [UInt8]) throws(CutOffError) {
        let item: CBOR
        do {
            item = try CBOR.decode(encoded)
        } catch {
            throw .undecodable(path: "event", expected: "deterministic CBOR")
        }
        try self.init(cbor: item)
    }

    private static func read(_ cbor: CBOR) throws -> CutEvent {
        var fields = try CBORFields(cbor, path: "event")
        let event = try fields.value("event", "an id") { CutEventID($0) }
        let cut = try fields.value("cut", "an id") { CutID($0) }
        let at = Instant(nanoseconds: try fields.integer("at"))
        switch try fields.text("type") {
        case "cut":
            let scope = try CutScope(&fields)
            let reason = try fields.text("reason")
            let basis = try CutBasis(&fields)
            let orderer = try Orderer(&fields)
            try fields.finish()
            return .cut(event, try Cut(id: cut, scope: scope, reason: reason, basis: basis, orderedBy: orderer, at: at))
        case "signature":
            let signature = ReopeningSignature(
                cut: cut, person: try fields.value("person", "an id") { PersonID($0) },
                account: try fields.value("account", "an id") { AccountID($0) },
                key: try fields.value("key", "an id") { KeyID($0) }, at: at)
            try fields.finish()
            return .signature(event, signature)
        default: throw CBORFieldError(path: fields.path(of: "type"), expected: "cut or signature")
        }
    }
}

extension CutScope {
    fileprivate var cbor: CBOR {
        var pairs: [(String, CBOR)] = []
        if let vendor { pairs.append(("vendor", .text(vendor.text))) }
        if let model { pairs.append(("model", .text(model.text))) }
        if let channel { pairs.append(("channel", .text(channel.rawValue))) }
        if let territory { pairs.append(("territory", .text(territory.description))) }
        if let personClass { pairs.append(("class", .text(personClass.rawValue))) }
        return .map(pairs)
    }

    fileprivate init(_ event: inout CBORFields) throws {
        var fields = try event.map("scope")
        self.init(
            vendor: try fields.optional("vendor", "an id") { VendorID($0) },
            model: try fields.optional("model", "an id") { ModelID($0) },
            channel: try fields.optional("channel", "a channel") { Channel(rawValue: $0) },
            territory: try fields.optional("territory", "two capital letters") { Country($0) },
            personClass: try fields.optional("class", "us_person or foreign") { PersonClass(rawValue: $0) })
        try fields.finish()
    }
}

extension CutBasis {
    fileprivate var cbor: CBOR {
        .map([
            ("kind", .text(kind.rawValue)), ("file", .text(fileName)), ("sha256", .bytes(digest)),
            ("length", .unsigned(length)),
        ])
    }

    fileprivate init(_ event: inout CBORFields) throws {
        var fields = try event.map("basis")
        let kind = try fields.value("kind", "a kind of authority") { Authority.Kind(rawValue: $0) }
        let name = try fields.text("file")
        let digest = try fields.bytes("sha256")
        let length = try fields.unsigned("length")
        try fields.finish()
        try self.init(kind: kind, fileName: name, digest: digest, length: length)
    }
}

extension Orderer {
    fileprivate init(_ event: inout CBORFields) throws {
        var fields = try event.map("by")
        if let person = try fields.optional("person", "an id", { PersonID($0) }) {
            self = .person(person)
        } else {
            guard let uid = UInt32(exactly: try fields.unsigned("uid")) else {
                throw CBORFieldError(path: fields.path(of: "uid"), expected: "a user id of 32 bits")
            }
            self = .peer(uid: uid)
        }
        try fields.finish()
    }
}
