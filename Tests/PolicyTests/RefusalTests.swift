// Proves what a refusal shows and hides: disclosure in summary and sealed, the order of codes, the remedy that
// suffices, and that a sealed ground changes nothing at all.
import Testing
import Vocabulary

@testable import Policy

struct RefusalTests {
    private let context = RefusalContext(
        modelName: "Claude", vendorName: "Anthropic", alternatives: [], appeal: LocalizedText("Ask."),
        texts: RefusalTexts(places: [Country("HK"): LocalizedText("Hong Kong", others: ["zh-Hant": "香港"])]))

    private func rule(
        _ id: StaticString, _ disclosure: Disclosure = .full, kind: Authority.Kind = .contractClause,
        when: [Clause] = [], remedy: Remedy? = nil
    ) -> Rule {
        var rule = Sample.rule(id, when: when)
        rule.disclosure = disclosure
        rule.authority.kind = kind
        rule.remedy = remedy
        return rule
    }

    private func refusal(
        _ rules: [Rule], _ person: PersonFacts = Sample.person(), cuts: [ActiveCut] = [], approvals: [Approval] = [],
        alternatives: [Refusal.Alternative] = []
    ) throws -> Refusal {
        var context = context
        context.alternatives = alternatives
        let decision = try Sample.decide(rules, Sample.call([person], approvals: approvals), cuts: cuts)
        return Refusal([decision], context)
    }

    @Test func aSummaryShowsKindAndFunctionAndNoClause() throws {
        let ground = try #require(try refusal([rule("R-1", .summary)]).grounds.first)
        #expect(ground.authority.kind == .contractClause)
        #expect(ground.authority.clause == nil)
        #expect(ground.authority.instrument == "A contract of the firm does not allow this use.")
        #expect(ground.decidedBy == "Legal")
        #expect(ground.text.english == "A contract of the firm does not allow this use.")
        #expect(ground.text.text(in: "zh-Hans") == "本行的合同不允许此用途。")
    }

    @Test func aSealedGroundChangesNothing() throws {
        let sealed = rule("R-S", .sealed, kind: .law)
        #expect(try refusal([sealed], approvals: [Sample.everything]) == refusal([]))
        #expect(try refusal([sealed]) == refusal([]))
        let open = rule("R-O")
        #expect(try refusal([sealed, open]) == refusal([open]))
        // A law that nobody may know of does not turn the status into 451.
        #expect(try refusal([sealed]).status == 403)
        #expect(try refusal([rule("R-L", kind: .law)]).status == 451)
        #expect(try refusal([rule("R-L", .summary, kind: .directive)]).status == 451)
    }

    @Test func codesInTheirOrder() throws {
        let cut = ActiveCut(
            id: CutID("CUT-1"), scope: CutScope(channel: .direct), since: Sample.now, reason: "drill",
            authority: Authority(kind: .precaution, instrument: "drill.txt", clause: nil))
        #expect(try refusal([]).code == .noPermit)
        #expect(try refusal([rule("R-1")]).code == .policyDenied)
        let both = try refusal([rule("R-1")], cuts: [cut])
        #expect(both.code == .cut)
        #expect(both.grounds.map(\.id.text) == ["R-1", "CUT-1"])
        #expect(both.grounds[1].text.english == "Emergency cut-off since 2026-10-06T02:00:00Z: drill")
    }

    @Test func thePlaceIsNamedWhereItIsCertain() throws {
        let place = rule("R-GEO", when: [Sample.clause(.callerPlace, .isNotIn(ValueSet(["GB"])))])
        let certain = try refusal([place], Sample.person(places: .among([Country("HK")])))
        #expect(certain.text.english == "Claude is not available to you in Hong Kong. Nothing was sent to Anthropic.")
        #expect(certain.text.text(in: "zh-Hant") == "你目前在香港，不能使用 Claude。你的內容沒有傳送給 Anthropic。")
        let unsure = try refusal([place], Sample.person(places: .among([Country("HK"), Country("GB")])))
        #expect(
            unsure.text.english == "Claude is not available to you for this request. Nothing was sent to Anthropic.")
    }

    @Test func theRemedySuffices() throws {
        let texts = RefusalTexts()
        let place = rule(
            "R-GEO", when: [Sample.clause(.callerPlace, .isNotIn(ValueSet(["GB"])))], remedy: .useAlternative)
        let personClass = rule("R-DIR", when: [Sample.clause(.callerPersonClass, .isIn(ValueSet(["foreign"])))])
        let ownership = rule("R-OWN", when: [Sample.clause(.callerOwnedByUnsupported, .above(500_000))])
        let unknown = Sample.person(places: .anywhere, classes: .unknown, ownership: .unknown)
        #expect(try refusal([place], unknown).remedy == texts[.establishPlace])
        #expect(try refusal([personClass], unknown).remedy == texts[.askExportDesk])
        // The dearest step is what suffices for both.
        #expect(try refusal([place, ownership], unknown).remedy == texts[.obtainOwnershipCertificate])
        // Certainly foreign: nothing the caller does helps.
        #expect(try refusal([personClass], Sample.person(classes: .foreign)).remedy == texts[.askCompliance])
        let other = Refusal.Alternative(model: ModelID("gpt-5.5"), reason: LocalizedText("x"))
        #expect(try refusal([personClass], alternatives: [other]).remedy == texts[.useAlternative])
        #expect(try refusal([place], Sample.person(places: .among([Country("HK")]))).remedy == texts[.useAlternative])
    }

    @Test func theCandidateThatAsksLeastIsRecommended() throws {
        let personClass = rule(
            "R-DIR",
            when: [
                Sample.clause(.callerPersonClass, .isIn(ValueSet(["foreign"]))),
                Sample.clause(.deploymentChannel, .isIn(ValueSet(["direct"]))),
            ])
        let place = rule("R-GEO", when: [Sample.clause(.callerPlace, .isNotIn(ValueSet(["GB"])))])
        let policy = try CompiledPolicy(RuleBook(rules: [personClass, place]))
        let call = policy.compile(Sample.call([Sample.person(places: .anywhere, classes: .unknown)]))
        var cloud = Sample.claude
        cloud.channel = .foundry
        let decisions = [Sample.claude, cloud].map {
            policy.evaluate(call, policy.compile($0), at: Sample.now, knownAt: Sample.now)
        }
        let refusal = Refusal(decisions, context)
        #expect(refusal.grounds.map(\.id.text) == ["R-DIR", "R-GEO"])
        #expect(refusal.remedy == RefusalTexts()[.establishPlace])
    }

    @Test func everyTextExistsInThreeLanguages() {
        let texts = RefusalTexts()
        for key in RefusalTexts.Key.allCases {
            #expect(texts[key].others.map(\.language) == ["zh-Hans", "zh-Hant"], "\(key.rawValue)")
        }
    }

    @Test func placeholdersAreFilledPerLanguage() {
        let text = LocalizedText("{a} and {b} {", others: ["zh-Hant": "{b}與{a}{c}"])
        let filled = text.filled(["a": LocalizedText("A", others: ["zh-Hant": "甲"]), "b": LocalizedText("{a}")])
        #expect(filled.english == "A and {a} {")
        #expect(filled.text(in: "zh-Hant") == "{a}與甲{c}")
    }
}
