internal import Vocabulary

extension Decision {
    /// For each accountable person the ids of all permits that hold for them, sorted. Worked out when somebody asks: a
    /// decision itself needs one.
    package var matchingPermits: [[String]] {
        guard policy.isWithinUseCase(call, deployment) else { return call.persons.map { _ in [] } }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(policy.layout.count, 1)) { buffer in
            guard let words = buffer.baseAddress else { return [] }
            policy.fill(words, from: call.callWords, at: policy.layout.call)
            policy.fill(words, from: deployment.words, at: policy.layout.deployment)
            policy.fillMeeting(words, call, deployment)
            return call.persons.indices.map { person in
                policy.fill(words, from: call.callerWords[person], at: policy.layout.caller)
                return (bundledPermits(words) + broughtPermits(call.persons[person])).sorted()
            }
        }
    }

    private func bundledPermits(_ words: UnsafePointer<UInt64>) -> [String] {
        policy.permits.sources.indices
            .filter { policy.permits.appliesForCertain($0, words, at: at, knownAt: knownAt) }
            .map { policy.permits.sources[$0].id }
    }

    private func broughtPermits(_ person: PersonFacts) -> [String] {
        call.facts.approvals
            .filter { approval in
                approval.isActive(at: at, knownAt: knownAt)
                    && approval.certainlyCovers(person, call.facts.useCase?.id, deployment.facts)
            }
            .map(\.id.text)
    }
}
