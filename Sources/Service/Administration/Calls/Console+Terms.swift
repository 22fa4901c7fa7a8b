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
        let named: KeyID? = try body.optionalID("key") ?? presented.bearer.key
        var accepted = presented.bearer
        var account = presented.account.id
        if let named {
            let keys = try await store { store throws(StorageError) in try store.keys(id: named) }
            let isItself = presented.bearer.key == named
            var isOwners = false
            if case .person(let person) = presented.account.holder { isOwners = keys.first?.owner == person }
            guard let key = keys.first, isItself || isOwners else {
                throw Problem(.forbidden, field: "key", "key: only its owner may accept the terms for it")
            }
            accepted = .key(key.id)
            account = key.account
        }
        guard let terms = try await currentTerms() else { throw .notFound("no terms of use were published") }
        let date = try body.text("date")
        guard date == terms.date else {
            throw Problem(.otherTerms, field: "date", "date: the terms that hold are those of \(terms.date)")
        }
        let actor = APICall.Actor(peer: call.actor.peer, caller: presented, at: now())
        try await record(
            .terms,
            [
                ("account", .text(account.text)), ("accepted", .text(date)), ("digest", .bytes(terms.digest)),
                (accepted.key == nil ? "session" : "key", .text(accepted.text)),
            ], by: actor)
        let opened = accepted
        _ = try await store { store throws(StorageError) in
            switch opened {
            case .key(let id): try store.acceptTerms(date, for: id)
            case .session(let id): try store.acceptTerms(date, for: id)
            }
        }
        _ = await links.refresh()
        return Reply { object in
            object.member("key", accepted.key?.text)
            object.member("accepted_terms", date)
        }
    }
}
