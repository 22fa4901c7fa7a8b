package import Vocabulary

/// What a refusal is about, in names that people know.
package struct RefusalContext: Sendable {
    package var modelName: String
    package var vendorName: String
    /// Models that the caller may use now, best first.
    package var alternatives: [Refusal.Alternative]
    /// How to object; nil where the bundle says nothing.
    package var appeal: LocalizedText?
    package var texts: RefusalTexts

    package init(
        modelName: String, vendorName: String, alternatives: [Refusal.Alternative], appeal: LocalizedText?,
        texts: RefusalTexts
    ) {
        self.modelName = modelName
        self.vendorName = vendorName
        self.alternatives = alternatives
        self.appeal = appeal
        self.texts = texts
    }
}

extension Refusal {
    /// The refusal of a request none of whose candidates may serve.
    ///
    /// Sealed grounds are dropped before anything else looks at the decisions, so a request that only sealed rules stop
    /// gets the refusal of one that nothing permits, byte for byte, by the same steps.
    package init(_ decisions: [Decision], _ context: RefusalContext) {
        let candidates = decisions.map { DisclosedDecision($0) }
        let grounds = candidates.flatMap(\.grounds)
        let isCut = grounds.contains { if case .cut = $0.source { true } else { false } }
        let code: Code = isCut ? .cut : grounds.isEmpty ? .noPermit : .policyDenied

        var shown: [String: Ground] = [:]
        for candidate in candidates {
            for ground in candidate.grounds { shown[ground.label] = candidate.shown(ground, context.texts) }
        }
        self.init(
            code: code, text: Refusal.headline(code, candidates, context),
            remedy: context.texts[Refusal.remedy(candidates, hasAlternatives: !context.alternatives.isEmpty)],
            appeal: context.appeal, grounds: shown.sorted { $0.key < $1.key }.map(\.value),
            alternatives: context.alternatives)
    }

    private static func headline(
        _ code: Code, _ candidates: [DisclosedDecision], _ context: RefusalContext
    ) -> LocalizedText {
        var values = ["model": LocalizedText(context.modelName), "vendor": LocalizedText(context.vendorName)]
        switch code {
        case .cut:
            values["since"] = LocalizedText((candidates.compactMap(\.cutSince).min() ?? .distantPast).description)
            return context.texts[.cutOff].filled(values)
        case .noPermit: return context.texts[.notPermitted].filled(values)
        default:
            guard let place = candidates.lazy.compactMap(\.deniedPlace).first else {
                return context.texts[.denied].filled(values)
            }
            values["place"] = context.texts.place(place)
            return context.texts[.deniedHere].filled(values)
        }
    }

    /// The cheapest step that suffices: every ground of one candidate must yield to it, and the candidate that asks
    /// least is the one to recommend.
    private static func remedy(_ candidates: [DisclosedDecision], hasAlternatives: Bool) -> RefusalTexts.Key {
        let needed = candidates.compactMap(\.remedy)
        if let cheapest = needed.min(), cheapest != .askOwner || !hasAlternatives { return cheapest.text }
        if hasAlternatives { return .useAlternative }
        return .askCompliance
    }
}

/// A decision without its sealed grounds.
private struct DisclosedDecision {
    let decision: Decision
    let grounds: [Ground]

    typealias Ground = Policy.Ground

    init(_ decision: Decision) {
        self.decision = decision
        grounds = decision.grounds.filter { ground in decision.rule(of: ground)?.disclosure != .sealed }
    }

    var cutSince: Instant? {
        grounds.compactMap { ground in
            guard case .cut(let id) = ground.source else { return nil }
            return decision.cuts.first { $0.id == id }?.since
        }.min()
    }

    /// The one place that the caller certainly is in and that a ground names.
    var deniedPlace: Country? {
        for value in grounds.flatMap(\.matches).flatMap(\.values)
        where value.literal.attribute == .callerPlace && value.isCertain && value.matched?.count == 1 {
            return value.matched?.first.flatMap { Country($0) }
        }
        return nil
    }

    /// What would make this candidate allowed; nil where nothing that the caller can do suffices.
    var remedy: Remedy? {
        guard !grounds.isEmpty else { return nil }
        var worst: Remedy?
        for ground in grounds {
            guard let remedy = remedy(for: ground) else { return nil }
            worst = worst.map { max($0, remedy) } ?? remedy
        }
        return worst
    }

    /// To know more helps where the ground rests on what is merely possible; else what the rule itself offers.
    private func remedy(for ground: Ground) -> Remedy? {
        for match in ground.matches where !match.isCertain {
            for value in match.values {
                switch value.literal.attribute {
                case .callerPlace: return .establishPlace
                case .callerPersonClass: return .askExportDesk
                case .callerOwnedByUnsupported, .callerOwnedByListed, .callerOwnedByCountryOfConcern:
                    return .obtainOwnershipCertificate
                default: break
                }
            }
        }
        // Weak evidence of place is certain to be weak, and better evidence cures it.
        if ground.matches.flatMap(\.values).contains(where: { $0.literal.attribute == .callerLocationTier }) {
            return .establishPlace
        }
        return decision.rule(of: ground)?.remedy
    }

    func shown(_ ground: Ground, _ texts: RefusalTexts) -> Refusal.Ground {
        guard let rule = decision.rule(of: ground) else { return shownCut(ground, texts) }
        let isFull = rule.disclosure == .full
        let summary = texts[rule.authority.kind.summary]
        var text = isFull ? rule.text : summary
        if case .undischarged = ground.source { text = texts[.undischargedGround] }
        let authority =
            isFull ? rule.authority : Authority(kind: rule.authority.kind, instrument: summary.english, clause: nil)
        let since = rule.valid.intervals.first { $0.contains(decision.at) }?.lowerBound ?? rule.recorded.lowerBound
        return Refusal.Ground(
            id: rule.id, version: rule.version, authority: authority, decidedBy: rule.decidedBy, since: since,
            reviewBy: rule.reviewOn, disclosure: rule.disclosure, text: text)
    }

    private func shownCut(_ ground: Ground, _ texts: RefusalTexts) -> Refusal.Ground {
        let cut = decision.cuts.first { $0.id.text == ground.id }
        let since = cut?.since ?? decision.at
        return Refusal.Ground(
            id: RuleID(ground.id) ?? RuleID("cut"), version: 1,
            authority: cut?.authority ?? Authority(kind: .precaution, instrument: "cut-off", clause: nil),
            decidedBy: "Emergency cut-off", since: since, reviewBy: nil, disclosure: .full,
            text: texts[.cutGround].filled([
                "since": LocalizedText(since.description), "reason": LocalizedText(cut?.reason ?? ""),
            ]))
    }
}

extension Decision {
    /// The rule behind a ground; nil for a cut-off.
    package func rule(of ground: Ground) -> Rule? {
        switch ground.source {
        case .rule(let id, let version), .undischarged(let id, let version, _): policy.rule(id, version: version)
        case .cut: nil
        }
    }
}

extension Authority.Kind {
    fileprivate var summary: RefusalTexts.Key {
        switch self {
        case .law: .summaryLaw
        case .directive: .summaryDirective
        case .regulatorGuidance: .summaryRegulatorGuidance
        case .contractClause: .summaryContractClause
        case .vendorTerms: .summaryVendorTerms
        case .internalPolicy: .summaryInternalPolicy
        case .precaution: .summaryPrecaution
        }
    }
}

extension Remedy {
    fileprivate var text: RefusalTexts.Key {
        switch self {
        case .establishPlace: .establishPlace
        case .useAlternative: .useAlternative
        case .renewApproval: .renewApproval
        case .askExportDesk: .askExportDesk
        case .obtainOwnershipCertificate: .obtainOwnershipCertificate
        case .fileOutsourcingRecord: .fileOutsourcingRecord
        case .verifyLicence: .verifyLicence
        case .bindToPerson: .bindToPerson
        case .askOwner: .askOwner
        }
    }
}
