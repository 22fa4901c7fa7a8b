internal import Vocabulary

extension Approval {
    /// Whether it is certain that the approval names this deployment and this person.
    func certainlyCovers(_ person: PersonFacts, _ useCase: UseCaseID?, _ deployment: DeploymentFacts) -> Bool {
        guard scopes.contains(where: { $0.certainlyCovers(deployment) }) else { return false }
        if !grantees.entities.isEmpty {
            guard case .known(let entity) = person.entity, grantees.entities.contains(entity) else { return false }
        }
        if !grantees.roles.isEmpty, !grantees.roles.contains(where: { person.roles.certainlyContains($0) }) {
            return false
        }
        if !grantees.useCases.isEmpty {
            guard let useCase, grantees.useCases.contains(useCase) else { return false }
        }
        if !grantees.persons.isEmpty {
            guard let id = person.id, grantees.persons.contains(id) else { return false }
        }
        return true
    }
}

extension Approval.Scope {
    fileprivate func certainlyCovers(_ deployment: DeploymentFacts) -> Bool {
        switch self {
        case .everything: true
        case .model(let id): deployment.model == id
        case .lineage(let id): deployment.lineage.certainlyContains(id.text)
        case .deployment(let id): deployment.id == id
        }
    }
}
