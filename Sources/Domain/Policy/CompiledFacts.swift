package import Vocabulary

/// The facts of a call as words, made once a request and used for every deployment that is tried.
package final class CompiledCall: Sendable {
    package let facts: CallFacts
    let policy: CompiledPolicy
    let callWords: [UInt64]
    /// One row for each accountable person; one for the unknown person if there is none.
    let callerWords: [[UInt64]]
    let persons: [PersonFacts]
    let dischargeable: UInt16

    init(_ facts: CallFacts, policy: CompiledPolicy) {
        self.facts = facts
        self.policy = policy
        let layout = policy.layout
        callWords = policy.words(.call, layout.call) { facts.value(of: $0) }
        persons = facts.persons.isEmpty ? [.unknown] : facts.persons
        callerWords = persons.map { person in
            policy.words(.caller, layout.caller) { person.value(of: $0) }
        }
        dischargeable = facts.dischargeable.reduce(0) { $0 | $1.bit }
    }

    private init(_ facts: CallFacts, sharing other: CompiledCall) {
        self.facts = facts
        policy = other.policy
        callWords = other.callWords
        callerWords = other.callerWords
        persons = facts.persons.isEmpty ? [.unknown] : facts.persons
        dischargeable = other.dischargeable
    }

    /// The same call a moment later, when its evidence has grown older; nil unless it says the same.
    /// - Parameter located: where each of the persons may be now.
    package func aged(_ located: [Located]) -> CompiledCall? {
        guard located.count == facts.persons.count else { return nil }
        var later = facts
        for person in located.indices {
            guard located[person].saysTheSame(as: facts.persons[person].located) else { return nil }
            later.persons[person].located = located[person]
        }
        return CompiledCall(later, sharing: self)
    }
}

extension Located {
    /// Whether every rule reads the same from both: none reads which evidence it was, or how old.
    fileprivate func saysTheSame(as other: Located) -> Bool {
        tier == other.tier && places == other.places && alerts == other.alerts
    }
}

/// The facts of a deployment as words, made once a bundle.
package final class CompiledDeployment: Sendable {
    package let facts: DeploymentFacts
    let policy: CompiledPolicy
    let words: [UInt64]
    /// As it stands in every decision's record.
    let encoded: [UInt8]

    init(_ facts: DeploymentFacts, policy: CompiledPolicy) {
        self.facts = facts
        self.policy = policy
        words = policy.words(.deployment, policy.layout.deployment) { facts.value(of: $0) }
        encoded = facts.encoded
    }
}

extension CompiledPolicy {
    package func compile(_ call: CallFacts) -> CompiledCall { CompiledCall(call, policy: self) }
    package func compile(_ deployment: DeploymentFacts) -> CompiledDeployment {
        CompiledDeployment(deployment, policy: self)
    }

    func words(_ group: Attribute.Group, _ range: Range<Int>, value: (Attribute) -> FactValue) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: range.count)
        words.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            for table in tables where table.attribute.group == group {
                table.encode(value(table.attribute), into: start - range.lowerBound)
            }
        }
        return words
    }
}
