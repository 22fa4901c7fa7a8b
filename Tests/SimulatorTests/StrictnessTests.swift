// Proves that a simulated vendor turns away what the vendor would: every rule of the table has at least one request
// that breaks it and nothing else, gets the vendor's status and shape, and passes once mended.
import JSON
import Testing

@testable import Simulator

struct StrictnessTests {
    static let user = #"[{"role":"user","content":"hi"}]"#
    static let tool = #"{"type":"function","function":{"name":"look_up","parameters":{"type":"object"}}}"#
    static let ownTool = #"{"name":"look_up","input_schema":{"type":"object"}}"#
    static let callTurn =
        #"{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}"#
    static let useTurn = #"{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]}"#

    struct Refused: Sendable {
        var rule: String
        var status = 400
        var path: String?
        var body: String
        var headers: [String]?
        var method = "POST"
        /// What the error's message holds, and OpenAI's code and param.
        var says: String
        var code: String?
        var param: String?
    }

    @Test func everyRuleIsWalkedThrough() {
        let tested = Set((Self.openAI + Self.anthropic + Self.reasoner).map { $0.rule })
        // What a faulty script meets is in the tests of faults; everything else must stand here.
        #expect(tested.union(["script-faulty"]) == Set(StrictnessRule.allCases.map { $0.rawValue }))
    }

    /// The page's table names every rule and no other.
    @Test func thePageHasEveryRule() throws {
        let page = String(decoding: try FileReading.whole(FileReading.root + "/docs/simulator.md"), as: UTF8.self)
        let cells = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap {
            $0.split(separator: "|").first
        }
        let named = cells.flatMap { cell in
            cell.split(separator: "`").enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        }
        let rules = Set(StrictnessRule.allCases.map { $0.rawValue })
        #expect(Set(named).intersection(rules) == rules)
        #expect(named.filter { $0.contains("-") && !$0.hasPrefix("-") && !rules.contains($0) } == [])
    }

    @Test(arguments: openAI) func openAIRefuses(_ refused: Refused) async throws {
        let reply = try Reply.to(
            try await Self.openAIFixture(), refused.method, refused.path ?? "/v1/chat/completions", refused.body,
            headers: refused.headers ?? Headers.openAI)
        let error = try #require(reply.json?["error"], "\(reply)")
        #expect(reply.status == refused.status)
        #expect(error["message"]?.string?.contains(refused.says) == true, "\(reply.body)")
        #expect(error["type"]?.string == "invalid_request_error")
        #expect(error["code"]?.string == refused.code, "\(reply.body)")
        #expect(error["param"]?.string == refused.param, "\(reply.body)")
        #expect(!reply.body.contains(SimulatorFixture.key))
    }

    @Test(arguments: anthropic) func anthropicRefuses(_ refused: Refused) async throws {
        let reply = try Reply.to(
            try await Self.anthropicFixture(), refused.method, refused.path ?? "/v1/messages", refused.body,
            headers: refused.headers ?? Headers.anthropic)
        let json = try #require(reply.json, "\(reply)")
        #expect(reply.status == refused.status)
        #expect(json["type"]?.string == "error")
        #expect(json["error"]?["message"]?.string?.contains(refused.says) == true, "\(reply.body)")
        #expect(json["error"]?["type"]?.string == refused.code ?? "invalid_request_error", "\(reply.body)")
        #expect(reply.head.contains("request-id: \(json["request_id"]?.string ?? "none")"))
    }

    @Test(arguments: reasoner) func deepSeekRefuses(_ refused: Refused) async throws {
        let fixture = try await SimulatorFixture.start("deepseek", models: ["deepseek-reasoner"])
        let reply = try Reply.to(fixture, "POST", "/v1/chat/completions", refused.body, headers: Headers.openAI)
        #expect(reply.status == refused.status && reply.body.contains(refused.says))
    }

    @Test(arguments: accepted) func wellFormedRequestsPass(_ wire: VendorProtocol, _ body: String) async throws {
        let fixture = wire == .openAI ? try await Self.openAIFixture() : try await Self.anthropicFixture()
        let reply = try Reply.to(
            fixture, "POST", wire == .openAI ? "/v1/chat/completions" : "/v1/messages", body,
            headers: wire == .openAI ? Headers.openAI : Headers.anthropic)
        #expect(reply.status == 200, "\(body) → \(reply.body)")
    }

    static func openAIFixture() async throws -> SimulatorFixture {
        try await SimulatorFixture.start("openai", models: ["gpt-5.5", "o3"])
    }

    static func anthropicFixture() async throws -> SimulatorFixture {
        try await SimulatorFixture.start("anthropic", models: ["claude-opus-4-8"])
    }
}
