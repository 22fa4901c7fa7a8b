package import Vocabulary

/// The permit of an approved list: what may be used, by whom, for how long. Nothing is allowed without one.
package struct Approval: Hashable, Sendable {
    package enum Scope: Hashable, Sendable {
        case everything
        case model(ModelID)
        /// Everything that descends from this vendor or model.
        case lineage(LineageID)
        case deployment(DeploymentID)
    }

    /// Who may use it: somebody who fits every kind that is named. Nobody named means everybody.
    package struct Grantees: Hashable, Sendable {
        package var entities: Set<EntityID>
        package var roles: Set<String>
        package var useCases: Set<UseCaseID>
        package var persons: Set<PersonID>

        package init(
            entities: Set<EntityID> = [], roles: Set<String> = [], useCases: Set<UseCaseID> = [],
            persons: Set<PersonID> = []
        ) {
            self.entities = entities
            self.roles = roles
            self.useCases = useCases
            self.persons = persons
        }

        package static let everybody = Grantees()
    }

    package var id: ApprovalID
    /// Any of them.
    package var scopes: Set<Scope>
    package var valid: Validity
    package var recorded: Range<Instant>
    package var grantees: Grantees

    package init(
        id: ApprovalID, scopes: Set<Scope>, valid: Validity, recorded: Range<Instant>? = nil,
        grantees: Grantees = .everybody
    ) {
        self.id = id
        self.scopes = scopes
        self.valid = valid
        self.recorded = recorded ?? Instant.distantPast..<Instant.distantFuture
        self.grantees = grantees
    }
}

extension Approval {
    /// The approval as clauses of a permit.
    var clauses: [Clause] {
        var clauses: [Clause] = []
        if !scopes.contains(.everything) {
            clauses.append(Clause(anyOf: scopeLiterals))
        }
        func restrict(_ attribute: Attribute, _ names: [String], _ test: (ValueSet) -> Literal.Test) {
            guard !names.isEmpty else { return }
            clauses.append(Clause(Literal(attribute, test(ValueSet(names)))))
        }
        restrict(.callerEntity, grantees.entities.map(\.text)) { .isIn($0) }
        restrict(.callerRoles, Array(grantees.roles)) { .hasAny($0) }
        restrict(.callUseCase, grantees.useCases.map(\.text)) { .isIn($0) }
        restrict(.callerPerson, grantees.persons.map(\.text)) { .isIn($0) }
        return clauses
    }

    private var scopeLiterals: [Literal] {
        var models: [String] = []
        var lineages: [String] = []
        var deployments: [String] = []
        for scope in scopes {
            switch scope {
            case .everything: break
            case .model(let id): models.append(id.text)
            case .lineage(let id): lineages.append(id.text)
            case .deployment(let id): deployments.append(id.text)
            }
        }
        var literals: [Literal] = []
        if !models.isEmpty { literals.append(Literal(.deploymentModel, .isIn(ValueSet(models)))) }
        if !lineages.isEmpty { literals.append(Literal(.deploymentLineage, .hasAny(ValueSet(lineages)))) }
        if !deployments.isEmpty { literals.append(Literal(.deploymentID, .isIn(ValueSet(deployments)))) }
        return literals
    }
}
