// Proves the meaning of a decision: default deny, forbid beats permit, unknown is every value, all grounds, two clocks,
// exceptions that lift only what they may, obligations that deny when they cannot be discharged, and cut-offs.
import CBOR
import Testing
import Vocabulary

@testable import Policy

struct SemanticsTests {
    private let outside = Sample.rule(
        "R-GEO",
        when: [
            Sample.clause(.deploymentLineage, .hasAny(ValueSet(["anthropic"]))),
            Sample.clause(.callKind, .isNotIn(ValueSet(["static_doc"]))),
            Sample.clause(.callerPlace, .isNotIn(ValueSet(["GB", "US"]))),
        ])

    @Test func nothingIsAllowedWithoutAPermit() throws {
        let decision = try Sample.decide([], Sample.call([Sample.person()], approvals: []))
        #expect(decision.outcome == .noPermit)
        #expect(decision.grounds.isEmpty)
        #expect(try Sample.decide([], Sample.call([Sample.person()])).outcome == .permit)
    }

    @Test(arguments: [
        (PossiblePlaces.among([Country("GB")]), true), (.among([Country("HK")]), false),
        (.among([Country("GB"), Country("HK")]), false), (.anywhere, false),
    ])
    func aForbidFiresOnAnyPossibleValue(places: PossiblePlaces, isAllowed: Bool) throws {
        let decision = try Sample.decide([outside], Sample.call([Sample.person(places: places)]))
        #expect(decision.isAllowed == isAllowed)
        #expect(decision.grounds.map(\.id) == (isAllowed ? [] : ["R-GEO"]))
    }

    @Test func oneAttributeInTwoClausesIsOneValue() throws {
        // Nobody is in Hong Kong and outside of it at once, whatever is possible.
        let impossible = Sample.rule(
            "R-NEVER",
            when: [
                Sample.clause(.callerPlace, .isIn(ValueSet(["HK"]))),
                Sample.clause(.callerPlace, .isNotIn(ValueSet(["HK"]))),
            ])
        #expect(try Sample.decide([impossible], Sample.call([Sample.person(places: .anywhere)])).isAllowed)
        // A deployment processes in all of its regions at once.
        let both = Sample.rule(
            "R-BOTH",
            when: [
                Sample.clause(.deploymentRegions, .hasAny(ValueSet(["US"]))),
                Sample.clause(.deploymentRegions, .reachesOutside(ValueSet(["US"]))),
            ])
        var deployment = Sample.claude
        #expect(try Sample.decide([both], Sample.call([Sample.person()]), deployment).isAllowed)
        deployment.regions = .among([Country("US"), Country("DE")])
        #expect(try !Sample.decide([both], Sample.call([Sample.person()]), deployment).isAllowed)
    }

    @Test func anyOfIsOr() throws {
        let rule = Sample.rule(
            "R-OR",
            when: [
                Clause(anyOf: [
                    Literal(.deploymentChannel, .isIn(ValueSet(["aistudio"]))),
                    Literal(.callerLocationTier, .below(2)),
                ])
            ])
        #expect(try Sample.decide([rule], Sample.call([Sample.person(tier: 2)])).isAllowed)
        #expect(try !Sample.decide([rule], Sample.call([Sample.person(tier: 1)])).isAllowed)
    }

    @Test func everyAccountablePersonMustPass() throws {
        let decision = try Sample.decide(
            [outside], Sample.call([Sample.person(), Sample.person("p-2", places: .among([Country("HK")]))]))
        #expect(decision.grounds.map(\.persons) == [[1]])
        // Nobody is anybody.
        #expect(try !Sample.decide([outside], Sample.call([])).isAllowed)
    }

    @Test func anAbsentFactForbids() throws {
        let rule = Sample.rule("R-EU", when: [Sample.clause(.dataEUPersonal, .isIn(ValueSet(["true"])))])
        var call = Sample.call([Sample.person()])
        #expect(try Sample.decide([rule], call).isAllowed)
        call.data.flags[.euPersonal] = nil
        let decision = try Sample.decide([rule], call)
        #expect(decision.outcome == .error)
        #expect(decision.grounds.map(\.undecided) == [[.dataEUPersonal]])
    }

    @Test func validityIsHalfOpenAndKnowledgeCounts() throws {
        let from = Sample.instant("2026-06-17T16:00:00Z")
        let until = Sample.instant("2026-07-01T00:00:00Z")
        var rule = Sample.rule("R-T", when: [], valid: Validity([from..<until]))
        let call = Sample.call([Sample.person()])
        for (at, isAllowed) in [
            (from.adding(seconds: -1), true), (from, false), (until.adding(seconds: -1), false), (until, true),
        ] {
            #expect(try Sample.decide([rule], call, at: at).isAllowed == isAllowed)
        }
        rule.recorded = from.adding(seconds: 3600)..<Instant.distantFuture
        #expect(try Sample.decide([rule], call, at: from).isAllowed)
        let policy = try CompiledPolicy(RuleBook(rules: [rule]))
        let hindsight = policy.evaluate(
            policy.compile(call), policy.compile(Sample.claude), at: from, knownAt: from.adding(seconds: 3600))
        #expect(!hindsight.isAllowed)
    }

    @Test(arguments: Rule.Status.allCases)
    func statusDecidesWhetherARuleCounts(status: Rule.Status) throws {
        var rule = Sample.rule("R-S", when: [])
        rule.status = status
        let fires: Set<Rule.Status> = [.inForce, .contested, .announcedRescission]
        #expect(try Sample.decide([rule], Sample.call([Sample.person()])).isAllowed == !fires.contains(status))
    }

    @Test func anExceptionLiftsOnlyWhatItMay() throws {
        let authority = Authority(kind: .directive, instrument: "Letter", clause: nil)
        func exception(_ lifts: Set<RuleID>, _ kind: Authority.Kind = .directive) -> RuleException {
            var authority = authority
            authority.kind = kind
            return RuleException(
                id: RuleID("X-1"), lifts: lifts,
                when: [Sample.clause(.callerDesignations, .hasAny(ValueSet(["annex_a"])))], valid: .always,
                authority: authority, decidedBy: "Legal", text: LocalizedText("Annex A"))
        }
        let rule = Sample.rule("R-DIR", when: [], liftableBy: [.directive])
        let named = Sample.call([Sample.person(designations: .exactly(["annex_a"]))])
        func outcome(_ exception: RuleException, _ call: CallFacts) throws -> Decision.Outcome {
            try Sample.decide([rule], call, exceptions: [exception]).outcome
        }
        #expect(try outcome(exception([RuleID("R-DIR")]), named) == .permit)
        #expect(try outcome(exception([RuleID("R-OTHER")]), named) == .forbid)
        #expect(try outcome(exception([RuleID("R-DIR")], .internalPolicy), named) == .forbid)
        #expect(try outcome(exception([RuleID("R-DIR")]), Sample.call([Sample.person()])) == .forbid)
        // Perhaps named is not named.
        #expect(
            try outcome(exception([RuleID("R-DIR")]), Sample.call([Sample.person(designations: .unknown)])) == .forbid)
    }

    @Test func anObligationThatCannotBeDischargedDenies() throws {
        let rule = Sample.rule(
            "OB-ARCHIVE", effect: .oblige(.archive),
            when: [Sample.clause(.callerDesignations, .hasAny(ValueSet(["broker_dealer"])))])
        var call = Sample.call([Sample.person(designations: .exactly(["broker_dealer"]))])
        let allowed = try Sample.decide([rule], call)
        #expect(allowed.obligations.map(\.rule) == [RuleID("OB-ARCHIVE")])
        call.dischargeable = [.alert]
        let denied = try Sample.decide([rule], call)
        #expect(denied.grounds.map(\.label) == ["OB-ARCHIVE@1!archive"])
        #expect(denied.obligations.isEmpty)
    }

    @Test(arguments: [
        (CutScope(vendor: VendorID("anthropic")), true), (CutScope(vendor: VendorID("openai")), false),
        (CutScope(model: ModelID("claude-opus-4-8")), true), (CutScope(channel: .bedrock), false),
        (CutScope(vendor: VendorID("anthropic"), territory: Country("GB")), true),
        (CutScope(vendor: VendorID("anthropic"), territory: Country("HK")), false),
        (CutScope(personClass: .foreign), true), (CutScope(personClass: .usPerson), false),
    ])
    func aCutCoversWhatAllItsPartsHaveInCommon(scope: CutScope, isCut: Bool) throws {
        let cut = ActiveCut(
            id: CutID("CUT-1"), scope: scope, since: Sample.now, reason: "drill",
            authority: Authority(kind: .precaution, instrument: "drill.txt", clause: nil))
        let decision = try Sample.decide([], Sample.call([Sample.person()]), cuts: [cut])
        #expect(decision.isAllowed == !isCut)
        #expect(decision.grounds.map(\.label) == (isCut ? ["cut:CUT-1"] : []))
        // Unknown place and class count as covered.
        let unknown = Sample.person(places: .anywhere, classes: .unknown)
        if scope.vendor != VendorID("openai"), scope.channel == nil {
            #expect(try !Sample.decide([], Sample.call([unknown]), cuts: [cut]).isAllowed)
        }
    }

    @Test func aPermitMustHoldForEveryValue() throws {
        let approval = Approval(
            id: ApprovalID("A-UK"), scopes: [.lineage(LineageID("anthropic"))], valid: .always,
            grantees: Approval.Grantees(entities: [EntityID("mb-uk")]))
        func outcome(_ entity: Assigned<EntityID>, inBundle: Bool) throws -> Decision.Outcome {
            let call = Sample.call([Sample.person(entity: entity)], approvals: inBundle ? [] : [approval])
            return try Sample.decide([], call, approvals: inBundle ? [approval] : []).outcome
        }
        for inBundle in [true, false] {
            #expect(try outcome(.known(EntityID("mb-uk")), inBundle: inBundle) == .permit)
            #expect(try outcome(.known(EntityID("mb-hk")), inBundle: inBundle) == .noPermit)
            #expect(try outcome(.unknown, inBundle: inBundle) == .noPermit)
            #expect(try outcome(.none, inBundle: inBundle) == .noPermit)
        }
    }

    @Test func aPermitReachesNoFurtherThanTheUseCase() throws {
        var call = Sample.call([Sample.person()])
        func outcome(_ models: Set<ModelID>?, _ label: DataLabel) throws -> Decision.Outcome {
            call.useCase = UseCaseFacts(
                id: UseCaseID("u"), purpose: "coding", riskTier: "low", models: models, highestLabel: label)
            return try Sample.decide([], call).outcome
        }
        #expect(try outcome(nil, .internal) == .permit)
        #expect(try outcome(nil, .public) == .noPermit)
        #expect(try outcome([ModelID("gpt-5.5")], .internal) == .noPermit)
        #expect(try outcome([ModelID("claude-opus-4-8")], .restricted) == .permit)
    }

    @Test func aRecordedDecisionIsReplayedToTheSameGrounds() throws {
        let call = Sample.call(
            [Sample.person(places: .anywhere, roles: .unknown), Sample.person("p-2")], flags: [.euPersonal],
            approvals: [
                Approval(
                    id: ApprovalID("A-2"), scopes: [.model(ModelID("claude-opus-4-8")), .everything],
                    valid: Validity([Sample.now..<Sample.now.adding(seconds: 5)]),
                    grantees: Approval.Grantees(roles: ["dev"], persons: [PersonID("p-1")]))
            ])
        let cut = ActiveCut(
            id: CutID("CUT-1"), scope: CutScope(vendor: VendorID("anthropic"), territory: Country("HK")),
            since: Sample.now, reason: "drill",
            authority: Authority(kind: .directive, instrument: "letter.pdf", clause: nil))
        let decision = try Sample.decide([outside], call, cuts: [cut])
        #expect(decision.grounds.map(\.label) == ["cut:CUT-1", "R-GEO@1"])
        let record = try DecisionRecord(encoded: decision.encoded)
        #expect(record == DecisionRecord(decision))
        #expect(DecisionRecord(decision.policy.evaluate(record.input)) == record)
        #expect(try DecisionInput(encoded: decision.input.encoded) == decision.input)
    }
}
