internal import Bundle
internal import Identity
internal import Location
internal import Policy
internal import Registry
internal import Vocabulary

/// What is known of a call, put together for Policy.
extension NodeState {
    enum FactsProblem: Error {
        /// The use case of the key or the session is not in the bundle: nothing says what it may be used for.
        case unknownUseCase(UseCaseID)
    }

    /// A call as the rules read it. What a key's calls from one address have in common is put together once for each
    /// state of the node.
    /// - Parameter caller: whose key it is, judged valid now.
    func call(
        _ caller: Directory.Caller, of visitor: Visitor, at now: Instant
    ) throws(FactsProblem) -> CompiledCall {
        var located = caller.persons.map { self.located($0.id, from: visitor.address, at: now) }
        let kept = CallKey(bearer: caller.bearer, address: visitor.address, label: visitor.label)
        // Whoever answers and is not known may be anybody.
        for _ in 0..<caller.unknownPersons { located.append(.unknown) }
        if let same = calls[kept]?.aged(located) { return same }
        let call = bundle.policy.compile(try facts(caller, located, of: visitor))
        keep(call, for: kept)
        return call
    }

    private func facts(
        _ caller: Directory.Caller, _ located: [Located], of visitor: Visitor
    ) throws(FactsProblem) -> CallFacts {
        var persons = zip(caller.persons, located).map { person, located in
            bundle.facts(
                of: person.id, entity: person.entity, site: person.site, classes: person.classes,
                roles: Set(person.roles.map(\.rawValue)), designations: person.designations, located: located)
        }
        persons += (0..<caller.unknownPersons).map { _ in .unknown }
        guard var useCase = bundle.useCaseFacts(caller.useCase),
            var data = bundle.dataFacts(useCase: caller.useCase, entity: caller.persons.first?.entity)
        else { throw .unknownUseCase(caller.useCase) }
        if let models = caller.models { useCase.models = useCase.models.map { $0.intersection(models) } ?? models }
        if let label = caller.highestLabel { useCase.highestLabel = min(useCase.highestLabel, label) }
        // Unlabelled data may be the worst that the key is for; a caller may only raise the label.
        data.labels = [max(visitor.label ?? useCase.highestLabel, useCase.highestLabel)]
        return CallFacts(
            principal: caller.principal, persons: persons, useCase: useCase, data: data,
            dischargeable: NodeState.dischargeable)
    }

    /// Duties that this gate sees to itself: it records and it alerts. A rule that asks for more denies.
    private static let dischargeable: Set<Obligation> = [.archive, .recordLineage, .alert]
}

extension Directory.Caller {
    var principal: Principal { if case .service = account.holder { .service } else { .human } }
}
