internal import Bytes
internal import Crypto
internal import CutOff
internal import Glibc
internal import JSON
internal import Runtime
internal import Vocabulary

/// What somebody orders to be cut off, read and checked before anybody is asked.
struct CutOrder {
    /// LIMIT: bytes of the file that an order rests on.
    static let maximumBasis = 256 << 20

    static let options = [
        Option("--vendor", "V", "whatever descends from this vendor's models or is operated by it"),
        Option("--model", "M", "one model"),
        Option("--channel", "K", "one way to models: " + Channel.allCases.map(\.rawValue).joined(separator: ", ")),
        Option("--territory", "T", "callers in this country (two letters), or whose place is unknown"),
        Option("--class", "C", "callers of this class, or of none that is known: us_person or foreign"),
        Option("--reason", "R", required: true, "a sentence for those whom it stops"),
        Option("--basis", "FILE", required: true, "the letter or note that it rests on; its digest is recorded"),
        Option(
            "--basis-kind", "KIND",
            "what that is: " + Authority.Kind.allCases.map(\.rawValue).joined(separator: ", ") + " [precaution]"),
    ]

    /// Chosen here, so that an order which reaches the console late and the gateways directly is one cut-off.
    let id: CutID
    let scope: CutScope
    let reason: String
    let basis: CutBasis

    init(_ arguments: Arguments) throws(Arguments.Fault) {
        scope = CutScope(
            vendor: try arguments.value("--vendor", "the id of a vendor") { VendorID($0) },
            model: try arguments.value("--model", "the id of a model") { ModelID($0) },
            channel: try arguments.value(
                "--channel", "one of " + Channel.allCases.map(\.rawValue).joined(separator: ", ")
            ) { Channel(rawValue: $0) },
            territory: try arguments.value("--territory", "two letters of ISO 3166, such as HK") { Country($0) },
            personClass: try arguments.value("--class", "us_person or foreign") { PersonClass(rawValue: $0) })
        guard !scope.isEmpty else {
            throw Arguments.Fault(
                message:
                    "what is to be cut off? give at least one of --vendor, --model, --channel, --territory, --class")
        }
        reason = arguments["--reason"] ?? ""
        let now = Instant(nanoseconds: Clocks.wall)
        let name = Base32.encode(bytes: SecureRandom.bytes(5)).lowercased()
        guard let id = CutID("cut-\(now.description.prefix(10).filter { $0 != "-" })-\(name)") else {
            throw Arguments.Fault(message: "no id could be made for the cut-off", status: .unavailable)
        }
        self.id = id
        let kind = try arguments.value(
            "--basis-kind", "one of " + Authority.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        ) { Authority.Kind(rawValue: $0) }
        let path = arguments["--basis"] ?? ""
        let file = try Input.bytes(path, limit: CutOrder.maximumBasis)
        do throws(CutOffError) {
            basis = try CutBasis(
                kind: kind ?? .precaution, fileName: Path.lastName(path), digest: SHA256.digest(file).bytes,
                length: UInt64(file.count))
            // Says what is wrong with the reason before anybody is called.
            _ = try Cut(
                id: id, scope: scope, reason: reason, basis: basis, orderedBy: .peer(uid: 0),
                at: .distantPast)
        } catch { throw Arguments.Fault(message: error.description) }
    }

    /// The body of `POST /api/cuts`.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("scope", object: write)
            writer.member("reason", reason)
            writer.member(
                "basis",
                object: { writer in
                    writer.member("kind", basis.kind.rawValue)
                    writer.member("file", basis.fileName)
                    writer.member("sha256", Hex.encode(basis.digest))
                    writer.member("length", basis.length)
                })
        }
        return writer.bytes
    }

    private func write(_ writer: inout JSONWriter) {
        if let vendor = scope.vendor { writer.member("vendor", vendor.text) }
        if let model = scope.model { writer.member("model", model.text) }
        if let channel = scope.channel { writer.member("channel", channel.rawValue) }
        if let territory = scope.territory { writer.member("territory", territory.description) }
        if let personClass = scope.personClass { writer.member("class", personClass.rawValue) }
    }

    /// The event itself, for gateways that have to be told without a console.
    func event() throws(Arguments.Fault) -> CutEvent {
        let now = Instant(nanoseconds: Clocks.wall)
        guard let event = CutEventID("e-" + Base32.encode(bytes: SecureRandom.bytes(16)).lowercased()) else {
            throw Arguments.Fault(message: "no id could be made for the cut-off", status: .unavailable)
        }
        do throws(CutOffError) {
            return .cut(
                event,
                try Cut(
                    id: id, scope: scope, reason: reason, basis: basis, orderedBy: .peer(uid: getuid()), at: now))
        } catch { throw Arguments.Fault(message: error.description) }
    }
}
