internal import Bytes
internal import CBOR
internal import Crypto
internal import Identity
internal import JSON
internal import Ledger
internal import Location
internal import Runtime
internal import Storage
internal import Stores
internal import Vocabulary

/// Evidence of where people are, from sources that each have a key of their own.
extension Console {
    func putSource(_ call: APICall) async throws(Problem) -> Reply {
        let id: SourceID = try call.id()
        let body = try call.reader()
        let kinds = try body.list("kinds", Console.kindNames) { EvidenceKind(rawValue: $0) } ?? []
        let key = "pes_" + Hex.encode(SecureRandom.bytes(32))
        let source = EvidenceSource(id: id, digest: digest(key).bytes, kinds: Set(kinds))
        try await record(.key, [("change", .text("created")), ("source", .text(id.text))], by: call.actor)
        _ = try await store { store throws(StorageError) in try store.put(source) }
        return Reply { object in
            object.member("id", id.text)
            object.member("key", key)
        }
    }

    private static var kindNames: String { "one of " + EvidenceKind.allCases.map(\.rawValue).joined(separator: ", ") }

    func takeEvidence(_ call: APICall) async throws(Problem) -> Reply {
        let source = try await evidenceSource(call)
        guard call.actor.peer != nil else {
            throw Problem(.forbidden, "evidence comes over the Unix socket of the installation only")
        }
        let rows = try rows(try call.reader(), from: source)
        let persons = Set(rows.map(\.person))
        let unknown = try await store { store throws(StorageError) -> PersonID? in
            for person in persons.sorted() where try store.people(id: person).isEmpty { return person }
            return nil
        }
        if let unknown { throw .unknown("person", "there is no person \(unknown)") }
        try await record(
            .evidence,
            rows.map { row in
                [("evidence", .bytes(Console.encoded(row))), ("source", .text(source.id.text))]
            }, by: APICall.Actor(peer: call.actor.peer, caller: nil, at: now()))
        let taken = try await store { store throws(StorageError) in try store.put(rows) }
        _ = await links.refresh()
        return Reply { $0.member("taken", taken) }
    }

    private func evidenceSource(_ call: APICall) async throws(Problem) -> EvidenceSource {
        guard let bearer = call.bearer else {
            throw Problem(.unauthenticated, "send the source's own key as `Authorization: Bearer …`")
        }
        let digest = digest(bearer)
        let sources = try await store { store throws(StorageError) in try store.sources() }
        let match = sources.first { source in
            source.isActive && Digest(source.digest).map { Digest.equalInConstantTime($0, digest) } ?? false
        }
        guard let match else { throw Problem(.unauthenticated, "the key is not one of an evidence source") }
        return match
    }

    /// One statement, or `{"evidence": […]}`.
    private func rows(_ body: BodyReader, from source: EvidenceSource) throws(Problem) -> [EvidenceRow] {
        var rows: [EvidenceRow] = []
        for reader in try body.objects("evidence") ?? [body] { rows.append(try row(reader, from: source)) }
        return rows
    }

    private func row(_ reader: BodyReader, from source: EvidenceSource) throws(Problem) -> EvidenceRow {
        guard let kind = try reader.choice("kind", EvidenceKind.self) else {
            throw .badField(reader.path("kind"), "is missing; \(Console.kindNames)")
        }
        guard source.kinds.contains(kind) else {
            let known = source.kinds.map(\.rawValue).sorted().joined(separator: ", ")
            throw Problem(
                .forbidden, field: reader.path("kind"),
                "source \(source.id) may state \(known), not \(kind.rawValue)")
        }
        let observed = try reader.instant("observed") ?? now()
        let latest = now().adding(seconds: EvidenceKind.clockSkewSeconds)
        guard observed <= latest else {
            throw .wrongState(
                reader.path("observed"), "lies more than \(EvidenceKind.clockSkewSeconds) s in the future")
        }
        let until = try reader.instant("until")
        if let until, until < observed { throw .badField(reader.path("until"), "lies before `observed`") }
        let id: EvidenceID =
            try reader.optional("id", "an id") { EvidenceID($0) } ?? EvidenceID(
                "ev-" + Hex.encode(SecureRandom.bytes(8)))
            ?? EvidenceID("ev")
        return EvidenceRow(
            person: try reader.id("person"), source: source.id,
            evidence: Evidence(
                id: id, kind: kind, country: try reader.country("country"), observed: observed, until: until,
                anonymizer: try reader.flag("anonymizer") ?? false,
                network: try reader.choice("network", Evidence.Network.self) ?? .fixed,
                hop: try reader.choice("hop", Evidence.Hop.self)))
    }

    /// As docs/formats/record.md has it.
    private static func encoded(_ row: EvidenceRow) -> [UInt8] {
        let evidence = row.evidence
        var pairs: [(String, CBOR)] = [
            ("id", .text(evidence.id.text)), ("kind", .text(evidence.kind.rawValue)),
            ("person", .text(row.person.text)),
            ("observed", .integer(evidence.observed.nanoseconds)), ("anonymizer", .bool(evidence.anonymizer)),
            ("network", .text(evidence.network.rawValue)),
        ]
        if let country = evidence.country { pairs.append(("country", .text(country.description))) }
        if let until = evidence.until { pairs.append(("until", .integer(until.nanoseconds))) }
        if let hop = evidence.hop { pairs.append(("hop", .text(hop.rawValue))) }
        return CBOR.map(pairs).encoded()
    }
}
