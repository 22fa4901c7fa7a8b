package import Vocabulary

extension CompiledPolicy {
    /// Decides one call for one deployment. This is the only way to a permit.
    ///
    /// Some microseconds for thousands of rules; an allowed call allocates nothing but its record.
    /// - Parameters:
    ///   - at: the instant of the call, for the validity of rules.
    ///   - cuts: the cut-offs in force, whatever the bundle says.
    package func decide(
        _ call: CompiledCall, _ deployment: CompiledDeployment, at: Instant, cuts: [ActiveCut], lease: Lease
    ) -> Verdict {
        let decision = evaluate(call, deployment, at: at, knownAt: at, cuts: cuts)
        return decision.isAllowed ? .permit(Permit(decision, lease: lease)) : .denied(decision)
    }

    /// The same judgement without a permit: for explaining, replaying and asking what would be.
    package func evaluate(
        _ call: CompiledCall, _ deployment: CompiledDeployment, at: Instant, knownAt: Instant, cuts: [ActiveCut] = []
    ) -> Decision {
        precondition(call.policy === self && deployment.policy === self, "facts were compiled for another policy")
        var findings = Findings(isPermitted: isWithinUseCase(call, deployment))
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(layout.count, 1)) { buffer in
            guard let words = buffer.baseAddress else { return }
            fill(words, from: call.callWords, at: layout.call)
            fill(words, from: deployment.words, at: layout.deployment)
            fillMeeting(words, call, deployment)
            for person in call.callerWords.indices {
                fill(words, from: call.callerWords[person], at: layout.caller)
                judge(person, words, call, deployment, at: at, knownAt: knownAt, into: &findings)
                for (index, cut) in cuts.enumerated()
                where cut.scope.mayCover(call.persons[person], deployment.facts) {
                    findings.grounds.append(Finding(kind: .cut, index: index, person: person))
                }
            }
        }
        return decision(findings, call, deployment, at: at, knownAt: knownAt, cuts: cuts)
    }

    /// Decides a recorded input again.
    package func evaluate(_ input: DecisionInput) -> Decision {
        evaluate(
            compile(input.call), compile(input.deployment), at: input.at, knownAt: input.knownAt, cuts: input.cuts)
    }

    func isWithinUseCase(_ call: CompiledCall, _ deployment: CompiledDeployment) -> Bool {
        guard let useCase = call.facts.useCase else { return true }
        return useCase.covers(deployment.facts.model, call.facts.data.labels)
    }

    @inline(__always)
    func fill(_ words: UnsafeMutablePointer<UInt64>, from source: [UInt64], at range: Range<Int>) {
        source.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            (words + range.lowerBound).update(from: start, count: range.count)
        }
    }

    /// Facts that belong to neither side alone. Without an outsourcing record they are the deployment's regions.
    func fillMeeting(
        _ words: UnsafeMutablePointer<UInt64>, _ call: CompiledCall, _ deployment: CompiledDeployment
    ) {
        for slot in layout.meeting { words[slot] = 0 }
        for table in tables[meetingTables] {
            switch deployment.facts.regions {
            case .anywhere: table.encode(.anySet, into: words)
            case .among(let countries):
                for country in countries where !call.facts.data.isRecorded(country, for: deployment.facts) {
                    table.encodeMember(country.description, into: words)
                }
            }
        }
    }

    private func judge(
        _ person: Int, _ words: UnsafePointer<UInt64>, _ call: CompiledCall, _ deployment: CompiledDeployment,
        at: Instant, knownAt: Instant, into findings: inout Findings
    ) {
        forbids.program.forEachFiring(words) {
            forbids.sources[$0].isActive(at: at, knownAt: knownAt)
        } body: { rule in
            if let exception = liftedBy[rule].first(where: {
                exceptions.appliesForCertain($0, words, at: at, knownAt: knownAt)
            }) {
                findings.lifted.append(
                    LiftedRule(
                        rule: forbids.sources[rule].id, exception: exceptions.sources[exception].id,
                        exceptionVersion: exceptions.sources[exception].version))
            } else {
                findings.grounds.append(Finding(kind: .rule, index: rule, person: person))
            }
        }
        obligations.program.forEachFiring(words) {
            obligations.sources[$0].isActive(at: at, knownAt: knownAt)
        } body: { rule in
            findings.obligations.insert(rule)
            if obligationKinds[rule] & call.dischargeable == 0 {
                findings.grounds.append(Finding(kind: .undischarged, index: rule, person: person))
            }
        }
        guard findings.isPermitted else { return }
        findings.isPermitted =
            permits.sources.indices.contains { permits.appliesForCertain($0, words, at: at, knownAt: knownAt) }
            || call.facts.approvals.contains {
                $0.isActive(at: at, knownAt: knownAt)
                    && $0.certainlyCovers(call.persons[person], call.facts.useCase?.id, deployment.facts)
            }
    }
}

/// What a judgement came across, before it is put in order.
struct Findings {
    var isPermitted: Bool
    var grounds: [Finding] = []
    var lifted: [LiftedRule] = []
    var obligations = ObligationBits()
}

struct Finding {
    enum Kind { case rule, cut, undischarged }
    var kind: Kind
    /// Of the rule, the cut-off or the obligation.
    var index: Int
    /// Position of the accountable person.
    var person: Int
}
