// Proves what the example bank's rules must come to, person by person and deployment by deployment: who is denied on
// which exact grounds, who is allowed, and what the refusal says.
import Bundle
import Location
import Registry
import Testing
import Vocabulary

@testable import Policy

struct BankTests {
    static let now = Instant("2026-11-21T04:00:00Z") ?? .distantPast
    private let bundle: Bundle
    private let people: PeopleFile

    init() throws {
        bundle = try Repository.bank.get()
        people = try PeopleFile(try Repository.bytes("examples/people.yaml"))
    }

    private func person(_ id: String, badge: String? = nil, address: String? = nil) throws -> PersonFacts {
        let entry = try #require(people.people.first { $0.id.text == id })
        var evidence: [Evidence] = []
        if let country = badge ?? entry.site?.description {
            evidence.append(
                Evidence(
                    id: EvidenceID("badge"), kind: .badgeIn, country: Country(country),
                    observed: BankTests.now.adding(seconds: -1800)))
        }
        if let address, let number = IPAddress(address) {
            if let seen = bundle.networks.evidence(of: number, id: EvidenceID("network"), at: BankTests.now) {
                evidence.append(seen)
            }
        }
        return bundle.facts(
            of: entry.id, entity: entry.entity, site: entry.site, classes: entry.classes, roles: entry.roles,
            designations: entry.designations, located: Located(evidence, at: BankTests.now))
    }

    private func call(_ persons: [PersonFacts], useCase: StaticString = "general") throws -> CompiledCall {
        let id = UseCaseID(useCase)
        let entity: EntityID? = if case .known(let entity)? = persons.first?.entity { entity } else { nil }
        let data = try #require(bundle.dataFacts(useCase: id, entity: entity))
        return bundle.policy.compile(
            CallFacts(
                principal: persons.isEmpty ? .service : .human, persons: persons, useCase: bundle.useCaseFacts(id),
                data: data, dischargeable: [.archive, .alert]))
    }

    private func decide(_ call: CompiledCall, _ deployment: String, cuts: [ActiveCut] = []) throws -> Decision {
        let compiled = try #require(DeploymentID(deployment).flatMap { bundle.deployments[$0] })
        return bundle.policy.evaluate(call, compiled, at: BankTests.now, knownAt: BankTests.now, cuts: cuts)
    }

    private static let claude = ["claude-opus-4-8-direct", "claude-sonnet-4-8-direct", "claude-opus-foundry-us"]
    private static let direct = ["gpt-5.5-direct", "gpt-5.5-mini-direct"]
    private static let cloud = ["gpt-5.5-foundry-eu", "gpt-5.5-mini-foundry-eu"]
    private static let inside = "deepseek-v4-pro-inside"

    struct Row: Sendable {
        var person: String
        var badge: String?
        var address: String?
        var claude: [String] = []
        var direct: [String] = []
        var alert = false
    }

    static let rows: [Row] = [
        Row(person: "p-hk-banker", claude: ["R-ANT-GEO", "R-ANT-SITE"], direct: ["R-OAI-GEO"]),
        Row(person: "p-hk-banker", badge: "GB", claude: ["R-ANT-SITE"]),
        Row(
            person: "p-hk-banker", address: "127.0.9.4", claude: ["R-ANT-GEO", "R-ANT-SITE"], direct: ["R-OAI-GEO"],
            alert: true),
        Row(person: "p-hk-banker", address: "127.0.8.4", claude: ["R-ANT-GEO", "R-ANT-SITE"], direct: ["R-OAI-GEO"]),
        Row(person: "p-gb-banker"),
        Row(person: "p-gb-banker", address: "127.0.2.1"),
        Row(person: "p-gb-banker", address: "127.0.0.1"),
        Row(person: "p-gb-banker", address: "127.0.1.1", claude: ["R-ANT-GEO"], direct: ["R-OAI-GEO"], alert: true),
        Row(person: "p-gb-banker", badge: "HK", claude: ["R-ANT-GEO"], direct: ["R-OAI-GEO"]),
        Row(person: "p-us-banker"), Row(person: "p-sg-banker"), Row(person: "p-gb-usperson"),
        Row(person: "p-us-foreign"),
        Row(person: "p-gb-unknown"),
        Row(person: "p-cn-banker", claude: ["R-ANT-GEO", "R-ANT-SITE"], direct: ["R-OAI-GEO"]),
    ]

    @Test(arguments: rows)
    func whoMayUseWhat(row: Row) throws {
        let call = try call([try person(row.person, badge: row.badge, address: row.address)])
        for id in BankTests.claude { #expect(try decide(call, id).grounds.map(\.id) == row.claude, "\(id)") }
        for id in BankTests.direct { #expect(try decide(call, id).grounds.map(\.id) == row.direct, "\(id)") }
        for id in BankTests.cloud { #expect(try decide(call, id).isAllowed, "\(id)") }
        let inside = try decide(call, BankTests.inside)
        #expect(inside.isAllowed)
        #expect(inside.obligations.contains { $0.obligation == .alert } == row.alert)
        #expect(try decide(call, "deepseek-v4-pro-api").grounds.map(\.id) == ["R-CN-HOSTED"])
    }

    @Test func evidenceOfPlaceIsNeededOnlyWhereItMatters() throws {
        let call = try call([
            bundle.facts(
                of: PersonID("p-gb-banker"), entity: EntityID("meridian-uk"), site: Country("GB"), classes: .foreign,
                roles: [], designations: [], located: .unknown)
        ])
        #expect(try decide(call, "claude-opus-4-8-direct").grounds.map(\.id) == ["R-ANT-GEO", "R-LOC-MIN"])
        #expect(try decide(call, "gpt-5.5-direct").grounds.map(\.id) == ["R-LOC-MIN", "R-OAI-GEO"])
        #expect(try decide(call, "gpt-5.5-foundry-eu").isAllowed)
        #expect(try decide(call, BankTests.inside).isAllowed)
    }

    @Test func aContractorOfUnknownOwners() throws {
        let call = try call([try person("p-sg-contractor")], useCase: "coding")
        #expect(try decide(call, "claude-opus-4-8-direct").grounds.map(\.id) == ["R-ANT-OWN"])
        #expect(try decide(call, "gpt-5.5-foundry-eu").isAllowed)
    }

    @Test func nobodyIsServedNothing() throws {
        let call = try call([])
        for id in bundle.deployments.keys.sorted() {
            #expect(try decide(call, id.text).grounds.map(\.id).contains("R-SVC"), "\(id)")
        }
        // A service with a person behind it is that person's.
        let owned = try self.call([try person("p-us-owner")], useCase: "nightly-summaries")
        #expect(try decide(owned, "gpt-5.5-mini-foundry-eu").isAllowed)
        #expect(try decide(owned, "gpt-5.5-foundry-eu").outcome == .noPermit)
    }

    @Test func clientAndRestrictedDataStayInside() throws {
        let hongKong = try call([try person("p-hk-service")], useCase: "client-service-hk")
        #expect(try decide(hongKong, "gpt-5.5-foundry-eu").grounds.map(\.id) == ["R-DATA-CLIENT", "R-HKMA-OUT"])
        // The record covers the second data centre in the United Kingdom.
        #expect(try decide(hongKong, BankTests.inside).isAllowed)
        let london = try call([try person("p-gb-banker")], useCase: "client-service-uk")
        let lifted = try decide(london, "gpt-5.5-foundry-eu")
        #expect(lifted.isAllowed)
        #expect(lifted.lifted.map(\.exception) == [RuleID("X-CLIENT-UK")])
        #expect(try decide(london, "gpt-5.5-direct").grounds.map(\.id) == ["R-DATA-CLIENT"])
        let deal = try call([try person("p-gb-banker")], useCase: "deal-team")
        #expect(try decide(deal, BankTests.inside).isAllowed)
        #expect(try decide(deal, "claude-opus-4-8-direct").grounds.map(\.id) == ["R-DATA-RESTRICTED"])
    }

    @Test func aliasesFallToTheFirstAllowed() throws {
        let call = try call([try person("p-hk-banker")])
        for (name, expected) in [("Best", "gpt-5.5-foundry-eu"), ("code", "gpt-5.5-mini-foundry-eu")] {
            let resolution = try #require(bundle.registry.resolve(modelName: name))
            let serving = try bundle.registry.candidates(for: resolution).first {
                try decide(call, $0.id.text).isAllowed
            }
            #expect(serving?.id.text == expected)
        }
    }

    @Test func brokerDealersKeepTheirMail() throws {
        let call = try call([try person("p-us-banker")])
        #expect(try decide(call, "gpt-5.5-foundry-eu").obligations.map(\.rule.text) == ["OB-ARCHIVE"])
        #expect(try decide(self.call([try person("p-gb-banker")]), "gpt-5.5-foundry-eu").obligations.isEmpty)
    }

    @Test func theDirectiveOfJuneHasEnded() throws {
        let person = try person("p-us-foreign")
        let call = try call([person])
        let fable = bundle.policy.compile(
            DeploymentFacts(
                id: DeploymentID("fable"), model: ModelID("fable-5"),
                lineage: .exactly(["fable-5", "anthropic"]), channel: .direct, regions: .among([Country("US")])))
        func grounds(_ at: String) throws -> [String] {
            let instant = try #require(Instant(at))
            return bundle.policy.evaluate(call, fable, at: instant, knownAt: instant).grounds.map(\.id)
        }
        #expect(try grounds("2026-06-12T21:20:59Z") == [])
        #expect(try grounds("2026-06-12T21:21:00Z") == ["R-DIR-1"])
        #expect(try grounds("2026-06-30T23:59:59Z") == ["R-DIR-1"])
        #expect(try grounds("2026-07-01T00:00:00Z") == [])
    }

    @Test func cutsHitExactlyWhatTheyName() throws {
        func cut(_ scope: CutScope) -> ActiveCut {
            ActiveCut(
                id: CutID("CUT-1"), scope: scope, since: BankTests.now, reason: "drill",
                authority: Authority(kind: .precaution, instrument: "drill.txt", clause: nil))
        }
        let vendorInHongKong = cut(CutScope(vendor: VendorID("anthropic"), territory: Country("HK")))
        let london = try call([try person("p-gb-banker")])
        let travelling = try call([try person("p-gb-banker", badge: "HK")])
        #expect(try decide(london, "claude-opus-foundry-us", cuts: [vendorInHongKong]).isAllowed)
        #expect(
            try decide(travelling, "claude-opus-foundry-us", cuts: [vendorInHongKong]).grounds.map(\.id)
                == ["CUT-1", "R-ANT-GEO"])
        #expect(try decide(travelling, "gpt-5.5-foundry-eu", cuts: [vendorInHongKong]).isAllowed)
        let modelForForeign = cut(CutScope(model: ModelID("gpt-5.5"), personClass: .foreign))
        for (id, isCut) in [
            ("p-gb-banker", true), ("p-gb-usperson", false), ("p-us-foreign", true), ("p-gb-unknown", true),
        ] {
            let call = try call([try person(id)])
            #expect(try decide(call, "gpt-5.5-foundry-eu", cuts: [modelForForeign]).isAllowed == !isCut, "\(id)")
            #expect(try decide(call, "gpt-5.5-mini-foundry-eu", cuts: [modelForForeign]).isAllowed, "\(id)")
        }
        // The operator is a vendor too.
        let microsoft = cut(CutScope(vendor: VendorID("microsoft")))
        #expect(try !decide(london, "gpt-5.5-foundry-eu", cuts: [microsoft]).isAllowed)
        #expect(try decide(london, "gpt-5.5-direct", cuts: [microsoft]).isAllowed)
    }

    private func refusal(
        _ name: String, _ call: CompiledCall, in bundle: Bundle, cuts: [ActiveCut] = []
    ) throws -> Refusal {
        let resolution = try #require(bundle.registry.resolve(modelName: name))
        let decisions = try bundle.registry.candidates(for: resolution).map { candidate in
            let compiled = try #require(bundle.deployments[candidate.id])
            return bundle.policy.evaluate(call, compiled, at: BankTests.now, knownAt: BankTests.now, cuts: cuts)
        }
        return bundle.refusal(of: resolution, decisions, for: call, at: BankTests.now, cuts: cuts)
    }

    @Test func aRefusalExplainsItself() throws {
        let call = try call([try person("p-hk-banker")])
        let refusal = try refusal("claude-opus-4-8", call, in: bundle)
        #expect(refusal.code == .policyDenied)
        #expect(refusal.status == 403)
        #expect(
            refusal.text.english
                == "Claude Opus 4.8 is not available to you in Hong Kong. Nothing was sent to Anthropic.")
        #expect(refusal.text.text(in: "zh-Hant") == "你目前在香港，不能使用 Claude Opus 4.8。你的內容沒有傳送給 Anthropic。")
        #expect(refusal.text.text(in: "zh-Hans") == "您目前在香港，无法使用 Claude Opus 4.8。您的内容未发送给 Anthropic。")
        #expect(refusal.grounds.map(\.id.text) == ["R-ANT-GEO", "R-ANT-SITE"])
        #expect(refusal.grounds[1].authority.clause == "4.2")
        #expect(refusal.grounds[1].since.description == "2026-06-17T16:00:00Z")
        #expect(refusal.alternatives.map(\.model.text) == ["gpt-5.5", "deepseek-v4-pro", "gpt-5.5-mini"])
        #expect(refusal.alternatives[1].reason.english == "Runs inside the firm; allowed for this data.")
        #expect(refusal.remedy?.english == "Use one of the models below.")
        #expect(refusal.appeal?.english.hasPrefix("Wrong?") == true)
    }

    @Test func theCheapestRemedyThatSufficesIsNamed() throws {
        let unknownPlace = try call([
            bundle.facts(
                of: PersonID("p-gb-banker"), entity: EntityID("meridian-uk"), site: Country("GB"), classes: .foreign,
                roles: [], designations: [], located: .unknown)
        ])
        let refusal = try refusal("claude-opus-4-8", unknownPlace, in: bundle)
        #expect(refusal.remedy?.english.hasPrefix("Show where you are") == true)
        let contractor = try call([try person("p-sg-contractor")], useCase: "coding")
        let owned = try self.refusal("claude-opus-4-8", contractor, in: bundle)
        #expect(owned.remedy?.english.hasPrefix("Ask your firm for an ownership certificate") == true)
    }

    @Test func aCutNamesItself() throws {
        let cut = ActiveCut(
            id: CutID("CUT-7"), scope: CutScope(vendor: VendorID("openai")),
            since: BankTests.now.adding(seconds: -60), reason: "incident 311",
            authority: Authority(kind: .directive, instrument: "letter.pdf", clause: nil))
        let call = try call([try person("p-gb-banker")])
        let refusal = try refusal("gpt-5.5", call, in: bundle, cuts: [cut])
        #expect(refusal.code == .cut)
        #expect(refusal.status == 451)
        #expect(refusal.grounds.map(\.id.text) == ["CUT-7"])
        #expect(refusal.text.english.contains("switched off for you since 2026-11-21T03:59:00Z"))
        #expect(refusal.alternatives.map(\.model.text) == ["claude-opus-4-8", "claude-sonnet-4-8", "deepseek-v4-pro"])
    }

    @Test func aSealedGroundReadsAsNoPermit() throws {
        let analyst = try call([try person("p-gb-analyst")])
        let sealed = try decide(analyst, "claude-sonnet-4-8-direct")
        #expect(sealed.grounds.map(\.id) == ["R-IB-0007"])
        let refused = try refusal("claude-sonnet-4-8", analyst, in: bundle)
        #expect(refused.code == .noPermit)
        #expect(refused.grounds.isEmpty)

        // The same person and model in a bundle that has no barrier and no approval either.
        let files = try Bundle.files(in: Repository.root + "/examples/bank").filter { $0.path != "rules/barriers.yaml" }
            .map { file in
                guard file.path == "approvals.yaml" else { return file }
                let text = String(decoding: file.bytes, as: UTF8.self)
                    .replacing("lineage:anthropic", with: "model:claude-opus-4-8")
                return BundleFile(path: file.path, bytes: Array(text.utf8))
            }
        let bare = try Bundle.load(files: files)
        let again = bare.policy.compile(analyst.facts)
        let compiled = try #require(bare.deployments[DeploymentID("claude-sonnet-4-8-direct")])
        #expect(bare.policy.evaluate(again, compiled, at: BankTests.now, knownAt: BankTests.now).outcome == .noPermit)
        #expect(try refusal("claude-sonnet-4-8", again, in: bare) == refused)
    }
}
