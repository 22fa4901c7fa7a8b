internal import Identity
internal import Vocabulary

/// Sessions: who is signed in, and ending it.
extension Operations {
    private static var idOfSession: Parameter { Parameter("id", .id(SessionKind.self), "a session's public part") }

    static var sessions: [Operation] {
        [
            Operation(
                "listSessions", .get, "/api/sessions", "the sessions, ended ones included until they are forgotten",
                .rightOrOwn(.sessionsRead),
                query: PageRequest.parameters + [
                    Parameter("account", .id(AccountKind.self), "only of this account"),
                    Parameter("person", .id(PersonKind.self), "only of this person"),
                ], answer: page(.session)
            ) { console, call throws(Problem) in try await console.listSessions(call) },
            Operation(
                "revokeSession", .post, "/api/sessions/{id}/revoke", "end a session, and the answers that run under it",
                .rightOrOwn(.sessionsRevoke), place: [idOfSession], body: .json(.object([]), isRequired: false),
                answer: .component(.session)
            ) { console, call throws(Problem) in try await console.revokeSession(call) },
        ]
    }
}
