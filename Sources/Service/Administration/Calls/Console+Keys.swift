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
    func listKeys(_ call: APICall) async throws(Problem) -> Reply {
        let page = call.page
        var filter = ControlStore.KeyFilter(
            account: call.query["account"].flatMap { AccountID($0) },
            owner: call.query["owner"].flatMap { PersonID($0) },
            state: call.query["state"].flatMap { ControlStore.KeyState(rawValue: $0) })
        if let own = try call.onlyOwn() {
            // Asking for somebody else's finds nothing, whether there are any or not.
            guard filter.owner ?? own == own else { return Page([APIKey](), page, key: \.id.text).reply { _, _ in } }
            filter.owner = own
        }
        let (wanted, now) = (filter, now())
        let found = try await store { store throws(StorageError) in
            try store.keys(where: wanted, at: now, after: page.afterText, limit: page.limit)
        }
        return Page(found, page, key: \.id.text).reply(Console.write)
    }

    func showKey(_ call: APICall) async throws(Problem) -> Reply {
        let key = try await key(call)
        return Reply { Console.write(key, &$0) }
    }

    /// The one that the path names, if the caller may know of it.
    private func key(_ call: APICall) async throws(Problem) -> APIKey {
        let own = try call.onlyOwn()
        let id: KeyID = try call.id()
        let keys = try await store { store throws(StorageError) in try store.keys(id: id) }
        guard let key = keys.first, own == nil || own == key.owner else { throw .notFound("there is no key \(id)") }
        return key
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

    func createKey(_ call: APICall) async throws(Problem) -> Reply {
        let body = try call.reader()
        let account: AccountID = try body.id("account")
        let accounts = try await store { store throws(StorageError) in try store.accounts(id: account) }
        guard let holder = accounts.first else { throw .unknown("account", "there is no account \(account)") }
        let useCase: UseCaseID = try body.id("use_case")
        let registry = try await activeBundle().registry
        guard registry.useCases[useCase] != nil else {
            let known = registry.useCases.keys.sorted().map(\.text).joined(separator: ", ")
            throw .unknown("use_case", "there is no use case \(useCase); known are \(known)")
        }
        let owner: PersonID? = try body.optionalID("owner") ?? holder.accountable.first
        guard let owner, holder.accountable.contains(owner) else {
            throw .wrongState("owner", "must be one of those who answer for the account")
        }
        let models = try body.list("models", "the id of a model") { ModelID($0) }
        if let unknown = models?.first(where: { registry.models[$0] == nil }) {
            throw .unknown("models", "there is no model \(unknown)")
        }
        let expires = try body.instant("expires")
        if let expires, expires <= now() { throw .wrongState("expires", "lies in the past") }
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
        return Reply { object in
            object.member("id", key.id.text)
            object.member("key", text.reveal())
        }
    }

    func revokeKey(_ call: APICall) async throws(Problem) -> Reply {
        // Anybody may give up their own.
        var key = try await key(call)
        let id = key.id
        if key.revoked == nil {
            let revoked = now()
            key.revoked = revoked
            let revision = try await store { store throws(StorageError) in
                try store.revoke(id, at: revoked)
                return try store.revision()
            }
            await links.tell(Ended(keys: [id]), revision: revision)
            do throws(Problem) {
                try await record(
                    .key,
                    [("account", .text(key.account.text)), ("change", .text("revoked")), ("key", .text(id.text))],
                    by: call.actor)
            } catch {
                throw Problem(
                    .notRecordable, "the key is revoked, but that could not be recorded: \(error.detail)")
            }
        }
        return Reply { Console.write(key, &$0) }
    }
}
