package import Vocabulary

/// What is known of a call before a deployment is chosen: who answers for it, what it is for, what it carries.
package struct CallFacts: Hashable, Sendable {
    package var principal: Principal
    package var kind: AccessKind
    /// Everybody who must be allowed: the user, the owner of a service, the whole delegation chain of an agent. Empty
    /// means `PersonFacts.unknown`.
    package var persons: [PersonFacts]
    /// Nil: the call belongs to no use case, and none limits it.
    package var useCase: UseCaseFacts?
    package var data: DataFacts
    /// Permits that come with the call instead of with the bundle.
    package var approvals: [Approval]
    /// What the caller of the engine is able to do before or after release.
    package var dischargeable: Set<Obligation>

    package init(
        principal: Principal, kind: AccessKind = .live, persons: [PersonFacts], useCase: UseCaseFacts? = nil,
        data: DataFacts, approvals: [Approval] = [], dischargeable: Set<Obligation> = Set(Obligation.allCases)
    ) {
        self.principal = principal
        self.kind = kind
        self.persons = persons
        self.useCase = useCase
        self.data = data
        self.approvals = approvals
        self.dischargeable = dischargeable
    }
}

/// The use case that a call belongs to, and how far it reaches: a permit goes no further.
package struct UseCaseFacts: Hashable, Sendable {
    package var id: UseCaseID
    package var purpose: String
    package var riskTier: String
    /// Nil: every model.
    package var models: Set<ModelID>?
    package var highestLabel: DataLabel

    package init(
        id: UseCaseID, purpose: String, riskTier: String, models: Set<ModelID>?, highestLabel: DataLabel
    ) {
        self.id = id
        self.purpose = purpose
        self.riskTier = riskTier
        self.models = models
        self.highestLabel = highestLabel
    }

    /// Whether the use case certainly reaches a model and the data.
    func covers(_ model: ModelID, _ labels: Set<DataLabel>) -> Bool {
        if let models, !models.contains(model) { return false }
        return labels.isEmpty ? highestLabel == .restricted : labels.allSatisfy { $0 <= highestLabel }
    }
}
