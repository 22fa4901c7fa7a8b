internal import Identity
internal import Vocabulary

/// The record: why something was decided, and what the logs show without their content.
extension Operations {
    private static var reference: Parameter {
        Parameter("ref", .shape(.reference), "a `portcullis-ref`, such as D-gw1-hk-2026-4K7-5F")
    }

    static var ledger: [Operation] {
        [
            Operation(
                "explain", .get, "/api/explain/{ref}", "an exchange or act with every decision and its grounds",
                .rightOrOwn(.metadataRead), place: [reference], answer: .component(.explanation),
                refuses: [.notRecordable]
            ) { console, call throws(Problem) in try await console.explain(call) },
            Operation(
                "listLogs", .get, "/api/ledger/logs", "the logs of this installation", .right(.ledgerRead),
                query: PageRequest.parameters, answer: page(.log)
            ) { console, call throws(Problem) in try await console.listLogs(call) },
            Operation(
                "getCheckpoint", .get, "/api/ledger/logs/{log}/checkpoint", "the newest head that a log has signed",
                .right(.ledgerRead), place: [Parameter("log", .shape(.log), "a log, such as gw1-hk-2026")],
                answer: .component(.checkpoint), isTagged: true
            ) { console, call throws(Problem) in try await console.showCheckpoint(call) },
            Operation(
                "getRecord", .get, "/api/ledger/records/{ref}", "what a record is, without what it says",
                .right(.metadataRead), place: [reference], answer: .component(.record), refuses: [.notRecordable]
            ) { console, call throws(Problem) in try await console.showRecord(call) },
            Operation(
                "getProof", .get, "/api/ledger/records/{ref}/proof", "that a record is in the tree of a signed head",
                .right(.ledgerRead), place: [reference], answer: .component(.proof)
            ) { console, call throws(Problem) in try await console.showProof(call) },
        ]
    }
}
