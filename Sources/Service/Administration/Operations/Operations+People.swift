internal import Identity
internal import Vocabulary

/// People and the ways by which they are met.
extension Operations {
    /// LIMIT: people, and accounts, of one call.
    private static var peopleAtOnce: Int { 10_000 }

    static var people: [Operation] {
        [
            Operation(
                "getCaller", .get, "/api/me", "whoever calls, with their rights", .anybody(termsFirst: false),
                answer: .component(.me)
            ) { console, call throws(Problem) in try await console.showCaller(call) },
            Operation(
                "listPeople", .get, "/api/people", "the people, in the order of their ids", .right(.peopleRead),
                query: PageRequest.parameters + [
                    Parameter("entity", .id(EntityKind.self), "only of this employer"),
                    Parameter("role", .choice(Role.self), "only those with this role"),
                    Parameter("active", .boolean, "only those who are, or are not"),
                    Parameter(
                        "q", .shape(.beginning), "only those whose id or name begins so; letters A to Z in any case"),
                ], answer: page(.person)
            ) { console, call throws(Problem) in try await console.listPeople(call) },
            Operation(
                "putPeople", .put, "/api/people", "add or replace people and accounts", .right(.peopleWrite),
                body: .json(
                    .object([
                        .optional("people", .list(.component(.personToPut), atMost: peopleAtOnce)),
                        .optional("accounts", .list(.component(.accountToPut), atMost: peopleAtOnce)),
                    ]), isRequired: true),
                answer: .object([
                    .required("people", .count), .required("accounts", .count), .required("changed", .count),
                ])
            ) { console, call throws(Problem) in try await console.putPeople(call) },
            Operation(
                "getPerson", .get, "/api/people/{id}", "one person", .right(.peopleRead), place: [idOfPerson],
                answer: .component(.person), isTagged: true
            ) { console, call throws(Problem) in try await console.showPerson(call) },
            Operation(
                "putPerson", .put, "/api/people/{id}", "add or replace one person", .right(.peopleWrite),
                place: [idOfPerson], body: .json(.component(.personToPut), isRequired: true),
                answer: .component(.person), alsoAnswers: [201],
                refuses: [.wrongState, .exists, .preconditionFailed], isTagged: true
            ) { console, call throws(Problem) in try await console.putPerson(call) },
            Operation(
                "listAccounts", .get, "/api/accounts", "the accounts, in the order of their ids",
                .rightOrOwn(.peopleRead),
                query: PageRequest.parameters + [
                    Parameter("person", .id(PersonKind.self), "only this person's, and those that they answer for")
                ], answer: page(.account)
            ) { console, call throws(Problem) in try await console.listAccounts(call) },
            Operation(
                "getAccount", .get, "/api/accounts/{id}", "one account", .rightOrOwn(.peopleRead),
                place: [Parameter("id", .id(AccountKind.self), "an account")], answer: .component(.account),
                isTagged: true
            ) { console, call throws(Problem) in try await console.showAccount(call) },
        ]
    }
}
