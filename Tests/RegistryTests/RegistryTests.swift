// Proves that every spelling of a model finds the same model, that two models never share one, that lineage is
// inherited, and that contradictory records are named.
import Testing
import Vocabulary

@testable import Registry

struct RegistryTests {
    private static func model(
        _ id: StaticString, developer: StaticString = "anthropic", others: [String] = [], from: [ModelID] = [],
        rank: Int = 10, status: Model.Status = .inService
    ) -> Model {
        Model(
            id: ModelID(id), name: id.description, developer: VendorID(developer), version: "1", otherNames: others,
            derivedFrom: from, licence: "commercial", licenceVerified: .yes, openWeights: false, status: status,
            released: Instant(seconds: 0), rank: rank)
    }

    private static func deployment(_ id: StaticString, _ model: StaticString, rank: Int) throws -> Deployment {
        Deployment(
            id: DeploymentID(id), model: ModelID(model), operatedBy: VendorID("anthropic"), channel: .direct,
            contract: nil, wireProtocol: .anthropic, endpoint: try #require(EndpointAddress("https://api.example")),
            upstreamModel: "m", authentication: .xAPIKey, regions: .anywhere, insidePerimeter: false, exitPlan: .no,
            retentionDays: nil, trainingUse: .no, humanReview: .no, dataFlow: LocalizedText("x"), rank: rank)
    }

    private static func records() throws -> Registry.Records {
        var records = Registry.Records()
        records.vendors = [
            Vendor(id: VendorID("anthropic"), name: "Anthropic", jurisdiction: Country("US")),
            Vendor(id: VendorID("deepseek"), name: "DeepSeek", jurisdiction: Country("CN")),
        ]
        records.models = [
            model("claude-opus-4-8", others: ["Opus 4.8", "anthropic.claude-opus-4-8-v1:0"], rank: 1),
            model("claude-sonnet-4-8", rank: 2), model("old", rank: 3, status: .withdrawn),
            model("tuned", developer: "deepseek", from: [ModelID("claude-opus-4-8")]),
            model("cached", developer: "deepseek", from: [ModelID("tuned")]),
        ]
        records.deployments = [
            try deployment("opus-b", "claude-opus-4-8", rank: 2), try deployment("opus-a", "claude-opus-4-8", rank: 1),
            try deployment("sonnet", "claude-sonnet-4-8", rank: 1), try deployment("old-a", "old", rank: 1),
        ]
        records.aliases = [
            ModelAlias(
                id: AliasID("best"), models: [ModelID("old"), ModelID("claude-sonnet-4-8"), ModelID("claude-opus-4-8")])
        ]
        return records
    }

    @Test(arguments: [
        "claude-opus-4-8", "Claude-Opus-4-8", " claude-opus-4-8 ", "anthropic/claude-opus-4-8", "claude_opus_4.8",
        "ＣＬＡＵＤＥ-ｏｐｕｓ-４-８", "cla\u{200B}ude-opus\u{00AD}-4-8", "claude\u{2011}opus\u{2013}4\u{2014}8",
        "claude-opus-4-8-20260115", "claude-opus-4-8@20260115", "claude-opus-4-8-2026-01-15", "claude-opus-4-8-latest",
        "Opus 4.8", "opus\u{3000}4.8", "anthropic.claude-opus-4-8-v1:0", "openrouter/anthropic/claude-opus-4.8",
        "\u{FEFF}claude-opus-4-8\n", "claude--opus--4--8", "/claude-opus-4-8/", "\u{E0041}claude-opus-4-8",
    ])
    func everySpellingIsTheSameModel(name: String) throws {
        let registry = try Registry(try RegistryTests.records())
        #expect(registry.resolve(modelName: name) == .model(ModelID("claude-opus-4-8")))
    }

    @Test(arguments: [
        "", " ", "-", "claude-opus-4-9", "сlaude-opus-4-8", "claude-opus-4-8é", "claude-opus-4-8-20269915", "claude",
        "claude-opus-4-8-v2", String(repeating: "a", count: 257),
    ])
    func otherNamesAreNoModel(name: String) throws {
        let registry = try Registry(try RegistryTests.records())
        #expect(registry.resolve(modelName: name) == nil)
    }

    @Test func aliasesFallAndModelsDoNot() throws {
        let registry = try Registry(try RegistryTests.records())
        #expect(registry.resolve(modelName: "BEST") == .alias(AliasID("best")))
        #expect(registry.candidates(for: .alias(AliasID("best"))).map(\.id.text) == ["sonnet", "opus-a", "opus-b"])
        #expect(registry.candidates(for: .model(ModelID("claude-opus-4-8"))).map(\.id.text) == ["opus-a", "opus-b"])
        #expect(registry.candidates(for: .model(ModelID("old"))).isEmpty)
    }

    @Test func lineageIsInherited() throws {
        let registry = try Registry(try RegistryTests.records())
        let lineage = try #require(registry.lineages[ModelID("cached")])
        #expect(Set(lineage.map(\.text)) == ["cached", "tuned", "claude-opus-4-8", "deepseek", "anthropic"])
    }

    private func faults(_ change: (inout Registry.Records) throws -> Void) throws -> [String] {
        var records = try RegistryTests.records()
        try change(&records)
        do {
            _ = try Registry(records)
            return []
        } catch {
            return error.faults.map { "\($0.record.rawValue) \($0.id) \($0.field ?? "")" }
        }
    }

    @Test func contradictionsAreNamed() throws {
        #expect(try faults { _ in } == [])
        #expect(try faults { $0.models.append(RegistryTests.model("CLAUDE_OPUS.4.8")) } == ["model CLAUDE_OPUS.4.8 id"])
        #expect(
            try faults { $0.aliases.append(ModelAlias(id: AliasID("Opus-4.8"), models: [])) } == ["alias Opus-4.8 id"])
        #expect(try faults { $0.models.append(RegistryTests.model("anthropic")) } == ["model anthropic id"])
        #expect(try faults { $0.models.append(RegistryTests.model("x", developer: "nobody")) } == ["model x developer"])
        #expect(
            try faults { $0.models.append(RegistryTests.model("x", from: [ModelID("y")])) } == ["model x derived_from"])
        #expect(try faults { $0.vendors.append($0.vendors[0]) } == ["vendor anthropic id"])
        #expect(
            try faults { $0.deployments.append(try RegistryTests.deployment("d", "none", rank: 1)) } == [
                "deployment d model"
            ])
        #expect(
            try faults { records in
                records.models.append(RegistryTests.model("a1", from: [ModelID("a2")]))
                records.models.append(RegistryTests.model("a2", from: [ModelID("a1")]))
            } == ["model a1 derived_from", "model a2 derived_from"])
        #expect(
            try faults { records in
                records.deployments[0].endpoint = try #require(EndpointAddress("http://api.example"))
            } == ["deployment opus-b endpoint"])
    }

    @Test(arguments: [
        ("https://api.anthropic.com", "api.anthropic.com", 443, ""),
        ("https://API.openai.com/v1/", "api.openai.com", 443, "/v1"),
        ("http://127.0.0.1:8080", "127.0.0.1", 8080, ""), ("https://[::1]:8443/a/b", "::1", 8443, "/a/b"),
    ])
    func endpointsAreRead(text: String, host: String, port: Int, path: String) throws {
        let endpoint = try #require(EndpointAddress(text))
        #expect(endpoint.host == host)
        #expect(Int(endpoint.port) == port)
        #expect(endpoint.basePath == path)
        #expect(EndpointAddress(endpoint.description) == endpoint)
    }

    @Test(arguments: [
        "api.anthropic.com", "ftp://x", "https://", "https://user@host", "https://host:0", "https://host:65536",
        "https://host/?q", "https://host/#f", "https://ho st", "https://host/../x", "https://-host", "https://host:",
        "https://[::1", "https://a..b", "https://host/a b",
    ])
    func badEndpointsAreRefused(text: String) { #expect(EndpointAddress(text) == nil) }
}
