internal import Identity
internal import Vocabulary

/// The installation as a whole: how it is, what it decides on, what it has raised.
extension Operations {
    static var installation: [Operation] {
        [
            Operation(
                "getDescription", .get, "/api/openapi.json", "this description", .anyone,
                answer: .open([.required("openapi", .text)])
            ) { console, call throws(Problem) in
                Reply(json: OpenAPIDocument(operations: Operations.published, version: console.version).json)
            },
            Operation(
                "getStatus", .get, "/api/status", "what runs and whether it serves", .right(.statusRead),
                answer: .component(.status)
            ) { console, call throws(Problem) in try await console.status(call) },
            Operation(
                "listModels", .get, "/api/models", "models and the ways to them", .anybody(termsFirst: false),
                query: PageRequest.parameters, answer: page(.model)
            ) { console, call throws(Problem) in try await console.listModels(call) },
            Operation(
                "listUseCases", .get, "/api/use-cases", "what keys may be for", .right(.useCasesRead),
                query: PageRequest.parameters, answer: page(.useCase)
            ) { console, call throws(Problem) in try await console.listUseCases(call) },
            Operation(
                "getUseCase", .get, "/api/use-cases/{id}", "one use case", .right(.useCasesRead),
                place: [Parameter("id", .id(UseCaseKind.self), "a use case")], answer: .component(.useCase),
                isTagged: true
            ) { console, call throws(Problem) in try await console.showUseCase(call) },
            Operation(
                "getBundle", .get, "/api/bundle", "the bundle that is decided on", .right(.bundleRead),
                answer: .component(.bundle), refuses: [.notFound], isTagged: true
            ) { console, call throws(Problem) in try await console.showBundle(call) },
            Operation(
                "activateBundle", .post, "/api/bundles",
                "make a snapshot the one that is decided on, once it is signed for",
                .right(.bundleActivate),
                body: .bytes(types: ["application/cbor", "application/octet-stream"], limit: 64 << 20),
                answer: .component(.activation),
                refuses: [.badBundle, .approvalNeeded, .approvalOver, .otherContent, .wrongState]
            ) { console, call throws(Problem) in try await console.activateBundle(call) },
            Operation(
                "listAlerts", .get, "/api/alerts", "what the gate has raised, the latest first", .right(.alertsRead),
                query: PageRequest.parameters + [
                    Parameter("kind", .shape(.word), "only of this kind"),
                    Parameter("person", .id(PersonKind.self), "only about this person"),
                    Parameter("since", .instant, "only from then on"),
                ], answer: page(.alert)
            ) { console, call throws(Problem) in try await console.listAlerts(call) },
        ]
    }

    /// What programs of the installation say to the console; over the Unix socket, and in no document.
    static var ofTheInstallation: [Operation] {
        [
            Operation(
                "takeAlert", .post, "/control/alerts", "an alert, from a program that has recorded it", .installation,
                body: .json(
                    .object([
                        .required("node", .name), .required("kind", .name), .required("detail", .text),
                        .optional("person", .nullable(.id(PersonKind.self))), .optional("at", .instant),
                    ]), isRequired: true), answer: .object([.required("taken", .boolean)])
            ) { console, call throws(Problem) in try await console.takeAlert(call) }
        ]
    }
}
