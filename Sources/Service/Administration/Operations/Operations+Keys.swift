internal import Identity
internal import Stores
internal import Vocabulary

/// Keys, and the terms of use that make them work.
extension Operations {
    private static var idOfKey: Parameter { Parameter("id", .id(KeyKind.self), "a key's public part") }

    static var keys: [Operation] {
        [
            Operation(
                "listKeys", .get, "/api/keys", "the keys, without their texts, in the order of their ids",
                .rightOrOwn(.keysRead),
                query: PageRequest.parameters + [
                    Parameter("account", .id(AccountKind.self), "only of this account"),
                    Parameter("owner", .id(PersonKind.self), "only those that this person answers for"),
                    Parameter("state", .choice(ControlStore.KeyState.self), "as they are now"),
                ], answer: page(.key)
            ) { console, call throws(Problem) in try await console.listKeys(call) },
            Operation(
                "makeKey", .post, "/api/keys", "make a key; its text is given this once", .right(.keysIssue),
                body: .json(.component(.keyToMake), isRequired: true),
                answer: .object([.required("id", .id(KeyKind.self)), .required("key", .text)]),
                refuses: [.unknownReference, .wrongState, .noBundle]
            ) { console, call throws(Problem) in try await console.createKey(call) },
            Operation(
                "getKey", .get, "/api/keys/{id}", "one key, without its text", .rightOrOwn(.keysRead),
                place: [idOfKey], answer: .component(.key), isTagged: true
            ) { console, call throws(Problem) in try await console.showKey(call) },
            Operation(
                "revokeKey", .post, "/api/keys/{id}/revoke", "end a key, and the answers that run under it",
                .rightOrOwn(.keysRevoke), place: [idOfKey], body: .json(.object([]), isRequired: false),
                answer: .component(.key)
            ) { console, call throws(Problem) in try await console.revokeKey(call) },
            Operation(
                "getTerms", .get, "/api/terms", "the terms of use that hold", .anybody(termsFirst: false),
                answer: .component(.terms), refuses: [.notFound], isTagged: true
            ) { console, call throws(Problem) in try await console.showTerms(call) },
            Operation(
                "publishTerms", .post, "/api/terms", "publish later terms; keys wait until they are accepted",
                .right(.termsPublish),
                body: .json(
                    // LIMIT: characters of the terms.
                    .object([.required("date", .shape(.date)), .required("text", .text(1...262_144))]),
                    isRequired: true),
                answer: .object([.required("date", .shape(.date)), .required("sha256", .shape(.digest))]),
                refuses: [.termsNewer]
            ) { console, call throws(Problem) in try await console.publishTerms(call) },
            Operation(
                "acceptTerms", .post, "/api/terms/accept",
                "accept the terms for the key that is sent, or another of its owner",
                .ownKey,
                body: .json(
                    .object([
                        .required("date", .shape(.date), "of the terms that are accepted"),
                        .optional("key", .id(KeyKind.self), "another key of the same owner"),
                    ]), isRequired: true),
                answer: .object([.required("key", .nullable(.id(KeyKind.self))), .required("accepted_terms", .text)]),
                refuses: [.otherTerms, .notFound]
            ) { console, call throws(Problem) in try await console.acceptTerms(call) },
        ]
    }
}
