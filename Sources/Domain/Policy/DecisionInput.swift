package import Vocabulary

/// All that one decision rests on, as a value: who keeps it can decide again, years later, and must come to the same
/// grounds.
package struct DecisionInput: Hashable, Sendable {
    /// The bundle whose rules were applied.
    package var bundle: BundleHash
    /// Legal time: a rule counts if this instant lies in its validity,
    package var at: Instant
    /// and if we knew of it at this one.
    package var knownAt: Instant
    package var call: CallFacts
    package var deployment: DeploymentFacts
    /// The cut-offs in force, sorted by id.
    package var cuts: [ActiveCut]

    package init(
        bundle: BundleHash, at: Instant, knownAt: Instant, call: CallFacts, deployment: DeploymentFacts,
        cuts: [ActiveCut] = []
    ) {
        self.bundle = bundle
        self.at = at
        self.knownAt = knownAt
        self.call = call
        self.deployment = deployment
        self.cuts = cuts.sorted { $0.id < $1.id }
    }
}
