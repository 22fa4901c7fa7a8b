package import Vocabulary

/// What a key is for. A permit reaches no further than its use case.
package struct UseCase: Hashable, Sendable {
    package var id: UseCaseID
    package var name: String
    package var purpose: String
    package var riskTier: String
    /// Highest label that its data may have; also the label of whatever comes unlabelled.
    package var highestLabel: DataLabel
    /// A function, never a person.
    package var owner: String
    /// Nil: every model.
    package var models: Set<ModelID>?
    /// What its data may be.
    package var flags: Set<DataFlag>
    /// Markets whose customers see the answers.
    package var markets: Set<String>
    package var humanReview: Bool

    package init(
        id: UseCaseID, name: String, purpose: String, riskTier: String, highestLabel: DataLabel, owner: String,
        models: Set<ModelID>?, flags: Set<DataFlag> = [], markets: Set<String> = [], humanReview: Bool = false
    ) {
        self.id = id
        self.name = name
        self.purpose = purpose
        self.riskTier = riskTier
        self.highestLabel = highestLabel
        self.owner = owner
        self.models = models
        self.flags = flags
        self.markets = markets
        self.humanReview = humanReview
    }
}
