// Proves which path is what, that a caller's key is read from either header and from no two that differ, and that the
// list of models has the asking client's shape.
import Bytes
import JSON
import Testing
import Vocabulary

@testable import Dialects

struct RouteTests {
    private func describe(_ method: String, _ path: String) throws -> String {
        switch Route.find(method: method, path: path) {
        case .endpoint(let endpoint): "endpoint " + endpoint.path
        case .modelList: "list"
        case .model(let id): "model " + id
        case .refused(let answer):
            "\(answer.status) "
                + (try json(answer.body)["type"] != nil
                    ? "anthropic"
                    : try json(answer.body)["error"]?["status"] != nil ? "google" : "openai")
        case .unknown: "unknown"
        }
    }

    @Test(arguments: [
        ("POST", "/v1/chat/completions", "endpoint /v1/chat/completions"),
        ("POST", "/v1/messages", "endpoint /v1/messages"),
        ("GET", "/v1/chat/completions", "405 openai"), ("PUT", "/v1/messages", "405 anthropic"),
        ("GET", "/v1/models", "list"), ("GET", "/v1/models/", "list"), ("GET", "/v1/models/gpt-5", "model gpt-5"),
        ("POST", "/v1/models", "405 openai"), ("POST", "/v1/messages/count_tokens", "501 anthropic"),
        ("POST", "/v1/messages/batches", "501 anthropic"), ("GET", "/v1/messages/batches/1", "501 anthropic"),
        ("POST", "/v1/responses", "501 openai"), ("GET", "/v1/responses/r", "501 openai"),
        ("POST", "/v1/embeddings", "501 openai"), ("POST", "/v1beta/models/g:generateContent", "501 google"),
        ("GET", "/", "unknown"), ("POST", "/v1/completions", "unknown"), ("POST", "/v1/chat/completions/", "unknown"),
        ("POST", "/V1/messages", "unknown"), ("POST", "/v1//messages", "unknown"),
        ("POST", "/v1/messages%2f", "unknown"),
    ])
    func paths(method: String, path: String, expected: String) throws {
        #expect(try describe(method, path) == expected)
    }

    @Test func anUnknownPathAnswersInTheClientsShape() throws {
        #expect(try json(Route.notFound(openAIHead).body)["error"]?["code"]?.string == "not_found")
        #expect(try json(Route.notFound(anthropicHead).body)["error"]?["type"]?.string == "not_found_error")
        #expect(Route.notFound(openAIHead).status == 404)
    }

    @Test(
        arguments: [
            (["authorization": "Bearer k1"], "k1"), (["authorization": "bearer  k1"], "k1"),
            (["x-api-key": "k1"], "k1"),
            (["authorization": "Bearer k1", "x-api-key": "k1"], "k1"), ([:], nil), (["x-api-key": ""], nil),
        ] as [(Head, String?)])
    func keys(head: Head, key: String?) throws {
        let secret = try CallerCredential.read(head)
        #expect(secret.map { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } } == key)
    }

    @Test(
        arguments: [
            (["authorization": "Bearer k1", "x-api-key": "k2"], .conflictingCredentials),
            (["authorization": "Bearer k1", "x-api-key": ""], .conflictingCredentials),
            (["authorization": "Basic k1"], .malformedAuthorization),
            (["authorization": "Bearer"], .malformedAuthorization),
            (["authorization": "Bearer a b"], .malformedAuthorization),
            (["authorization": "k1"], .malformedAuthorization),
            (["authorization": "Bearer a", "authorization": "Bearer a"], .repeatedHeader(name: "authorization")),
            (["x-api-key": "a", "x-api-key": "a"], .repeatedHeader(name: "x-api-key")),
        ] as [(Head, DialectError)])
    func keysThatAreRefused(head: Head, error: DialectError) {
        #expect(throws: error) { try CallerCredential.read(head) }
    }

    @Test func aKeyHasALimit() throws {
        #expect(try CallerCredential.read(["x-api-key": String(repeating: "k", count: 512)] as Head) != nil)
        #expect(throws: DialectError.malformedAuthorization) {
            try CallerCredential.read(["x-api-key": String(repeating: "k", count: 513)] as Head)
        }
    }

    @Test func modelLists() throws {
        let created = try #require(Instant("2026-01-02T03:04:05Z"))
        let list = ModelList([
            .init(id: "claude-x", vendor: "anthropic", created: created, displayName: "Claude X"),
            .init(id: "gpt-5", vendor: "openai", created: created, displayName: "GPT 5"),
        ])
        #expect(
            text(list.body(for: openAIHead))
                == #"{"object":"list","data":[{"id":"claude-x","object":"model","created":1767323045,"owned_by":"anthropic"},"#
                + #"{"id":"gpt-5","object":"model","created":1767323045,"owned_by":"openai"}]}"#)
        #expect(
            text(list.body(for: anthropicHead)).hasPrefix(
                #"{"data":[{"type":"model","id":"claude-x","display_name":"Claude X","created_at":"2026-01-02T03:04:05Z","#
            ))
        let page = try json(list.body(for: anthropicHead))
        #expect(page["first_id"]?.string == "claude-x" && page["last_id"]?.string == "gpt-5")
        #expect(page["has_more"]?.boolean == false)
        #expect(try json(ModelList([]).body(for: anthropicHead))["first_id"]?.isNull == true)
        #expect(text(ModelList([]).body(for: openAIHead)) == #"{"object":"list","data":[]}"#)
        #expect(try json(list.body(of: "gpt-5", for: openAIHead) ?? [])["object"]?.string == "model")
        #expect(try json(list.body(of: "gpt-5", for: anthropicHead) ?? [])["display_name"]?.string == "GPT 5")
        #expect(list.body(of: "gpt-6", for: openAIHead) == nil)
    }
}
