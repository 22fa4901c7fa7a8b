internal import CBOR
internal import Crypto
internal import Identity
internal import JSON
internal import Ledger
internal import Storage
internal import Stores
internal import Vocabulary

/// The terms of use: published with a date, and accepted by the owner of each key before it works.
extension Console {
    private struct Terms: Sendable {
        var date: String
        var digest: [UInt8]
        var text: String
    }

    private func currentTerms() async throws(Problem) -> Terms? {
        try await store { store throws(StorageError) in
            try store.currentTerms().map { Terms(date: $0.date, digest: $0.digest, text: $0.text) }
        }
    }

    func showTerms(_ call: APICall) async throws(Problem) -> Reply {
        guard let terms = try await currentTerms() else { throw .notFound("no terms of use were published") }
        return Reply { object in
            object.member("date", terms.date)
            object.member("sha256", Digest(terms.digest)?.hexadecimal)
            object.member("text", terms.text)
        }
    }

    func publishTerms(_ call: APICall) async throws(Problem) -> Reply {
        let body = try call.reader()
        let date = try body.required("date", "a date such as 2026-01-01") { text in
            text.utf8.count == 10 && Instant(text + "T00:00:00Z") != nil ? text : nil
        }
        let text = try body.text("text")
        if let current = try await currentTerms(), current.date >= date {
            guard current.date == date, current.text == text else {
                throw Problem(
                    .termsNewer, field: "date",
                    "terms of \(current.date) are published; new ones need a later date")
            }
        }
        let digest = SHA256.digest(Array(text.utf8))
        try await record(.terms, [("accepted", .text(date)), ("digest", .bytes(digest.bytes))], by: call.actor)
        _ = try await store { store throws(StorageError) in
            try store.publishTerms(date: date, digest: digest, text: text)
        }
        _ = await links.refresh()
        return Reply { object in
            object.member("date", date)
            object.member("sha256", digest.hexadecimal)
        }
    }

    /// With the key itself, or, for the key of a service, with a key of its owner's own.
    func acceptTerms(_ call: APICall) async throws(Problem) -> Reply {
        guard let bearer = call.bearer else {
            throw Problem(.unauthenticated, "send the key whose owner accepts as `Authorization: Bearer …`")
        }
        let body = try call.reader()
        let presented = try await caller(bearer, asksTerms: false)
        var key = presented.key
        if let named: KeyID = try body.optionalID("key"), named != key.id {
            let keys = try await store { store throws(StorageError) in try store.keys(id: named) }
            guard let other = keys.first, case .person(let person) = presented.account.holder, other.owner == person
            else {
                throw Problem(.forbidden, field: "key", "key: only its owner may accept the terms for it")
            }
            key = other
        }
        guard let terms = try await currentTerms() else { throw .notFound("no terms of use were published") }
        let date = try body.text("date")
        guard date == terms.date else {
            throw Problem(.otherTerms, field: "date", "date: the terms that hold are those of \(terms.date)")
        }
        var actor = call.actor
        actor.caller = presented
        let accepted = key.id
        try await record(
            .terms,
            [
                ("account", .text(key.account.text)), ("accepted", .text(date)), ("digest", .bytes(terms.digest)),
                ("key", .text(key.id.text)),
            ], by: actor)
        _ = try await store { store throws(StorageError) in try store.acceptTerms(date, for: accepted) }
        _ = await links.refresh()
        return Reply { object in
            object.member("key", accepted.text)
            object.member("accepted_terms", date)
        }
    }
}
