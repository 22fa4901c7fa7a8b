// Proves that a refusal and every failure come in the client's own shape with all their facts, that nothing sealed
// shows, and that a refusal is never tried again.
import JSON
import Testing
import Vocabulary

@testable import Dialects

struct ErrorTests {
    private static let shapes: [any ErrorShape] = [OpenAIErrors(), AnthropicErrors(), GoogleErrors()]

    private static func ground(
        _ id: StaticString, _ kind: Authority.Kind, _ disclosure: Disclosure
    ) -> Refusal.Ground {
        Refusal.Ground(
            id: RuleID(id), version: 3,
            authority: Authority(kind: kind, instrument: "Agreement 2025-114", clause: "clause 4.2"),
            decidedBy: "Third-Party Risk", since: Instant("2026-06-18T01:00:00Z") ?? .distantPast,
            reviewBy: Instant("2026-09-17T00:00:00Z"), disclosure: disclosure,
            text: LocalizedText("Use in Hong Kong is not covered.", others: ["zh-Hant": "不涵蓋香港。"]))
    }

    private static func refusal(_ grounds: [Refusal.Ground]) -> Refusal {
        Refusal(
            code: .policyDenied,
            text: LocalizedText("Claude is not available to you in Hong Kong.", others: ["zh-Hant": "你不能使用。"]),
            remedy: LocalizedText("Travelling? Update your location."), appeal: LocalizedText("Ask for a review."),
            grounds: grounds,
            alternatives: [
                Refusal.Alternative(model: ModelID("gpt-5"), reason: LocalizedText("allowed for client data"))
            ], field: "messages[0].content")
    }

    /// Where each protocol keeps its error, and where the refusal's object.
    private static func parts(_ shape: any ErrorShape, _ body: [UInt8]) throws -> (message: String?, own: JSONValue?) {
        let error = try #require(try json(body)["error"])
        let details = error["details"]?.elements.map { $0 }
        return (error["message"]?.string, error["portcullis"] ?? details?.first)
    }

    @Test func aRefusalWithAllItsFacts() throws {
        let refusal = ErrorTests.refusal([ErrorTests.ground("hk-1", .contractClause, .full)])
        for shape in ErrorTests.shapes {
            let answer = shape.refusal(refusal, reference: "D-1")
            #expect(answer.status == 403)
            #expect(answer.headers.contains(Header("x-should-retry", "false")))
            #expect(answer.headers.contains(Header("content-type", "application/json")))
            let (message, own) = try ErrorTests.parts(shape, answer.body)
            let object = try #require(own)
            #expect(
                object.members.map { $0.key.string } == [
                    "ref", "code", "text", "remedy", "appeal", "field", "rules", "alternatives",
                ])
            #expect(object["ref"]?.string == "D-1" && object["code"]?.string == "policy_denied")
            #expect(object["text"]?["zh-Hant"]?.string == "你不能使用。")
            let rule = try #require(object["rules"]?.elements.first { _ in true })
            #expect(
                rule.members.map { $0.key.string } == [
                    "id", "version", "authority", "decided_by", "since", "review_by", "disclosure", "text",
                ])
            #expect(rule["authority"]?["type"]?.string == "contract_clause")
            #expect(rule["authority"]?["clause"]?.string == "clause 4.2")
            #expect(rule["since"]?.string == "2026-06-18T01:00:00Z")
            #expect(rule["version"]?.integer == 3)
            let alternative = object["alternatives"]?.elements.first { _ in true }
            #expect(alternative?["model"]?.string == "gpt-5")
            #expect(alternative?["reason"]?["en"]?.string == "allowed for client data")
            #expect(
                message == """
                    Claude is not available to you in Hong Kong.
                    Why: a contract, Agreement 2025-114, clause 4.2. Use in Hong Kong is not covered.
                    Decided by Third-Party Risk. In force since 18 June 2026 01:00 UTC. Next review 17 September 2026 00:00 UTC.
                    Use instead: gpt-5 (allowed for client data)
                    Travelling? Update your location.
                    Ask for a review.
                    Ref D-1
                    """)
        }
    }

    @Test func whatIsSummarisedNamesNoClause() throws {
        let body = OpenAIErrors().refusal(
            ErrorTests.refusal([ErrorTests.ground("hk-1", .directive, .summary)]), reference: "D-1")
        #expect(body.status == 451)
        #expect(!text(body.body).contains("Agreement") && !text(body.body).contains("4.2"))
        #expect(text(body.body).contains("Why: a directive. ") && text(body.body).contains("Third-Party Risk"))
    }

    @Test func whatIsSealedDoesNotExist() {
        for shape in ErrorTests.shapes {
            let sealed = shape.refusal(
                ErrorTests.refusal([ErrorTests.ground("secret", .contractClause, .sealed)]), reference: "D-1")
            #expect(sealed == shape.refusal(ErrorTests.refusal([]), reference: "D-1"))
        }
    }

    @Test func aSealedLawIsNoLaw() {
        let refusal = ErrorTests.refusal([ErrorTests.ground("secret", .law, .sealed)])
        #expect(OpenAIErrors().refusal(refusal, reference: "D-1").status == 403)
    }

    @Test func theShapesAreTheVendorsOwn() throws {
        let refusal = ErrorTests.refusal([])
        let openAI = try json(OpenAIErrors().refusal(refusal, reference: "D-1").body)
        #expect(openAI.members.map { $0.key.string } == ["error"])
        #expect(openAI["error"]?["code"]?.string == "policy_denied")
        #expect(openAI["error"]?["param"]?.string == "messages[0].content")
        let anthropic = try json(AnthropicErrors().refusal(refusal, reference: "D-1").body)
        #expect(anthropic["type"]?.string == "error")
        #expect(anthropic["error"]?["type"]?.string == "permission_error")
        #expect(anthropic["request_id"]?.string == "D-1")
        let google = try json(GoogleErrors().refusal(refusal, reference: "D-1").body)
        #expect(google["error"]?["code"]?.integer == 403)
        #expect(google["error"]?["status"]?.string == "PERMISSION_DENIED")
    }

    @Test(arguments: Failure.Kind.allCases)
    func everyFailureHasItsStatusAndType(kind: Failure.Kind) throws {
        let failure = Failure(kind, "say \"what\" to do", field: "model", retryAfterSeconds: 7, allow: "POST")
        for shape in ErrorTests.shapes {
            let answer = shape.failure(failure, reference: "D-1")
            #expect(answer.status == kind.rawValue)
            #expect(
                answer.headers.contains(Header("retry-after", "7")) && answer.headers.contains(Header("allow", "POST")))
            #expect(try ErrorTests.parts(shape, answer.body).message == failure.message)
            let isTriedAgain = kind == .limited || (kind.rawValue >= 500 && kind != .notBuilt)
            #expect(answer.headers.contains(Header("x-should-retry", "false")) == !isTriedAgain)
            #expect(text(answer.body).contains("D-1"))
            #expect(!text(shape.failure(failure, reference: nil).body).contains("D-1"))
        }
        let closed = [
            "invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error",
            "request_too_large", "rate_limit_error", "timeout_error", "api_error", "overloaded_error",
        ]
        let type = try json(AnthropicErrors().failure(failure, reference: nil).body)["error"]?["type"]?.string
        #expect(closed.contains(type ?? ""))
    }

    @Test(
        arguments: [
            .refused(refusal([])), .upstream(.malformed), .upstream(.tooLong), .upstream(.endedEarly),
            .upstream(.reported),
            .timedOut, .notRecordable, .stopping,
        ] as [StreamEnd])
    func everyEndOfAStreamIsAnErrorEvent(end: StreamEnd) throws {
        for (shape, prefix) in zip(ErrorTests.shapes, ["data: ", "event: error\ndata: ", "data: "]) {
            let event = text(shape.streamError(end, reference: "D-1"))
            #expect(event.hasPrefix(prefix + "{") && event.hasSuffix("}\n\n"))
            let data = Array(event.dropFirst(prefix.count).dropLast(2).utf8)
            #expect(!data.contains(0x0A))
            #expect(try ErrorTests.parts(shape, data).message?.isEmpty == false)
            #expect(event.contains("D-1"))
        }
    }

    @Test(
        arguments: [
            (200, .success), (400, .requestFault), (401, .credentials), (402, .credentials), (403, .credentials),
            (404, .requestFault), (408, .timedOut), (413, .requestFault), (429, .limited), (500, .failed),
            (502, .failed),
            (503, .overloaded), (504, .timedOut), (529, .overloaded), (302, .failed), (101, .failed),
        ] as [(Int, UpstreamStatus)])
    func whatAVendorsStatusMeans(status: Int, meaning: UpstreamStatus) {
        #expect(UpstreamStatus(status) == meaning)
        let passes = meaning == .success || meaning == .requestFault
        #expect((meaning.failure(retryAfter: nil) == nil) == passes)
        #expect(meaning.allowsFallback == !passes)
    }

    @Test func onlyAnHonestRetryAfterIsPassedOn() {
        #expect(UpstreamStatus.limited.failure(retryAfter: "12")?.retryAfterSeconds == 12)
        for value in ["-1", "soon", "999999999", "", "1.5"] {
            #expect(UpstreamStatus.limited.failure(retryAfter: value)?.retryAfterSeconds == nil)
        }
        #expect(UpstreamStatus.overloaded.failure(retryAfter: "12")?.retryAfterSeconds == nil)
    }
}
