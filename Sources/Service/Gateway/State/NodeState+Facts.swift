internal import Bundle
internal import Identity
internal import Location
internal import Policy
internal import Registry
internal import Vocabulary

/// What is known of a call, put together for Policy.
extension NodeState {
    enum FactsProblem: Error {
        /// The key's use case is not in the bundle: nothing says what it may be used for.
        case unknownUseCase(UseCaseID)
    }

    /// - Parameter caller: whose key it is, judged valid now.
    func facts(_ caller: Directory.Caller, of visitor: Visitor, at now: Instant) throws(FactsProblem) -> CallFacts {
        var persons = caller.persons.map { person in
            bundle.facts(
                of: person.id, entity: person.entity, site: person.site, classes: person.classes,
                roles: Set(person.roles.map(\.rawValue)), designations: person.designations,
                located: located(person.id, from: visitor.address, at: now))
        }
        // Whoever answers and is not known may be anybody.
        persons += (0..<caller.unknownPersons).map { _ in .unknown }
        let key = caller.key
        guard var useCase = bundle.useCaseFacts(key.useCase),
            var data = bundle.dataFacts(useCase: key.useCase, entity: caller.persons.first?.entity)
        else { throw .unknownUseCase(key.useCase) }
        if let models = key.models { useCase.models = useCase.models.map { $0.intersection(models) } ?? models }
        if let label = key.highestLabel { useCase.highestLabel = min(useCase.highestLabel, label) }
        // Unlabelled data may be the worst that the key is for; a caller may only raise the label.
        data.labels = [max(visitor.label ?? useCase.highestLabel, useCase.highestLabel)]
        return CallFacts(
            principal: caller.principal, persons: persons, useCase: useCase, data: data,
            dischargeable: NodeState.dischargeable)
    }

    /// Duties that this gate sees to itself: it records and it alerts. A rule that asks for more denies.
    private static var dischargeable: Set<Obligation> { [.archive, .recordLineage, .alert] }
}

extension Directory.Caller {
    var principal: Principal { if case .service = account.holder { .service } else { .human } }
}
