internal import Identity
internal import Location
internal import Vocabulary

/// Where people are, from sources that each have a key of their own.
extension Operations {
    /// LIMIT: statements of one call.
    private static var statementsAtOnce: Int { 1_000 }

    static var evidence: [Operation] {
        [
            Operation(
                "putSource", .put, "/api/sources/{id}", "give an evidence source a new key", .right(.sourcesWrite),
                place: [Parameter("id", .id(SourceKind.self), "an evidence source")],
                body: .json(
                    .object([
                        .required("kinds", .list(.choice(EvidenceKind.self), 1...EvidenceKind.allCases.count))
                    ]), isRequired: true),
                answer: .object([.required("id", .id(SourceKind.self)), .required("key", .text)])
            ) { console, call throws(Problem) in try await console.putSource(call) },
            Operation(
                "listEvidence", .get, "/api/evidence", "the latest statement of each source about each person",
                .right(.evidenceRead),
                query: PageRequest.parameters + [Parameter("person", .id(PersonKind.self), "only about this person")],
                answer: page(.evidence)
            ) { console, call throws(Problem) in try await console.listEvidence(call) },
            Operation(
                "takeEvidence", .post, "/api/evidence",
                "state where people are; with a source's key, on the Unix socket",
                .ownKey,
                body: .json(
                    .either([
                        .component(.statement),
                        .object([.required("evidence", .list(.component(.statement), 1...statementsAtOnce))]),
                    ]), isRequired: true), answer: .object([.required("taken", .count)]),
                refuses: [.unknownReference, .wrongState]
            ) { console, call throws(Problem) in try await console.takeEvidence(call) },
        ]
    }
}
