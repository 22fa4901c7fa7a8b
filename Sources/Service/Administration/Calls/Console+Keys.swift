internal import Bundle
internal import CBOR
internal import Crypto
internal import Identity
internal import JSON
internal import Ledger
internal import Location
internal import Registry
internal import Storage
internal import Stores
internal import Vocabulary

/// Keys: made and revoked while everything runs.
extension Console {
    func listKeys(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.readers)
        let keys = try await store { store throws(StorageError) in try store.keys() }
        var writer = JSONWriter()
        writer.object { object in
            object.member("keys", array: { list in for key in keys { list.object { Console.write(key, &$0) } } })
        }
        return writer
    }

    private static func write(_ key: APIKey, _ object: inout JSONWriter) {
        object.member("id", key.id.text)
        object.member("account", key.account.text)
        object.member("owner", key.owner.text)
        object.member("use_case", key.useCase.text)
        object.key("models")
        if let models = key.models {
            object.array { list in for model in models.sorted() { list.string(model.text) } }
        } else {
            object.null()
        }
        object.member("label", key.highestLabel?.rawValue)
        object.member("created", key.created.description)
        object.member("expires", key.expires?.description)
        object.member("revoked", key.revoked?.description)
        object.member("accepted_terms", key.acceptedTerms)
    }

    func createKey(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.administrators)
        let body = try BodyReader(
            body: call.body, knows: ["account", "use_case", "owner", "models", "label", "expires"])
        let account: AccountID = try body.id("account")
        let accounts = try await store { store throws(StorageError) in try store.accounts(id: account) }
        guard let holder = accounts.first else { throw .badField("account", "there is no account \(account)") }
        let useCase: UseCaseID = try body.id("use_case")
        let registry = try await activeBundle().registry
        guard registry.useCases[useCase] != nil else {
            let known = registry.useCases.keys.sorted().map(\.text).joined(separator: ", ")
            throw .badField("use_case", "there is no use case \(useCase); known are \(known)")
        }
        let owner: PersonID? = try body.optionalID("owner") ?? holder.accountable.first
        guard let owner, holder.accountable.contains(owner) else {
            throw .badField("owner", "must be one of those who answer for the account")
        }
        let models = try body.list("models", "the id of a model") { ModelID($0) }
        if let unknown = models?.first(where: { registry.models[$0] == nil }) {
            throw .badField("models", "there is no model \(unknown)")
        }
        let expires = try body.instant("expires")
        if let expires, expires <= now() { throw .badField("expires", "lies in the past") }
        guard let text = KeyText(random: SecureRandom.bytes(256)) else {
            throw .unavailable("no random bytes; try again")
        }
        let key = APIKey(
            id: text.id, digest: digest(text), account: account, useCase: useCase, models: models.map { Set($0) },
            highestLabel: try body.choice("label", DataLabel.self), owner: owner, created: now(), expires: expires)
        try await record(
            .key,
            [
                ("account", .text(account.text)), ("change", .text("created")), ("key", .text(key.id.text)),
                ("use_case", .text(useCase.text)),
            ], by: call.actor)
        _ = try await store { store throws(StorageError) in try store.put(key) }
        _ = await links.refresh()
        var writer = JSONWriter()
        writer.object { object in
            object.member("id", key.id.text)
            object.member("key", text.reveal())
        }
        return writer
    }

    func revokeKey(_ call: APICall) async throws(APIError) -> JSONWriter {
        guard let id = KeyID(call.path[2]) else { throw .badField("id", "expected the id of a key") }
        let keys = try await store { store throws(StorageError) in try store.keys(id: id) }
        guard var key = keys.first else { throw .notFound("there is no key \(id)") }
        // Anybody may give up their own.
        if call.actor.person?.id != key.owner { try call.require(.administrators) }
        if key.revoked == nil {
            let revoked = now()
            key.revoked = revoked
            _ = try await store { store throws(StorageError) in try store.revoke(id, at: revoked) }
            _ = await links.refresh()
            do throws(APIError) {
                try await record(
                    .key,
                    [("account", .text(key.account.text)), ("change", .text("revoked")), ("key", .text(id.text))],
                    by: call.actor)
            } catch {
                throw APIError(
                    503, "not_recordable", "the key is revoked, but that could not be recorded: \(error.message)")
            }
        }
        var writer = JSONWriter()
        writer.object { Console.write(key, &$0) }
        return writer
    }
}
