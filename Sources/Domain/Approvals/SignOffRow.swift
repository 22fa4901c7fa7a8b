internal import Vocabulary

/// Who proposes an act and who signs it: one line of the matrix.
///
/// INVARIANT: it asks for no less than the act's direction does. What is left out of a file or written too small comes
/// out as the least that is allowed, and the bundle's loader says so with the line.
package struct SignOffRow: Hashable, Sendable {
    package enum Order: Hashable, Sendable {
        /// Everybody signs, then it is done.
        case before
        /// It is done at once, and who is missing signs within so many seconds; else it stays, and is told as an alert.
        case after(seconds: Int64)
    }

    /// LIMIT: signers that a row may ask for.
    package static let mostSigners = 5
    /// LIMIT: seconds in which a proposal can be used.
    package static let lifetimeSeconds: ClosedRange<Int64> = 60...(30 * 86_400)
    /// LIMIT: seconds in which the missing signature is waited for after the act.
    package static let afterSeconds: ClosedRange<Int64> = 60...86_400

    package let act: ActKind
    /// Who may propose; nobody, when empty, but the installation's own user.
    package let proposes: Set<FunctionID>
    /// One natural person for each, of any of its functions. Never fewer than the direction takes.
    package let signs: [Set<FunctionID>]
    /// Whether the proposer may be one of them.
    package let proposerSigns: Bool
    package let order: Order
    package let lifetimeSeconds: Int64
    /// How a signature may be made.
    package let methods: Set<SigningMethod>

    package init(
        _ act: ActKind, proposes: Set<FunctionID>, signs: [Set<FunctionID>], proposerSigns: Bool = false,
        order: Order = .before, lifetimeSeconds: Int64 = 7 * 86_400, methods: Set<SigningMethod> = SigningMethod.all
    ) {
        self.act = act
        self.proposes = proposes.subtracting(FunctionID.neverSign)
        var slots = signs.map { $0.subtracting(FunctionID.neverSign) }
        // Who is missing is another person of the last function; of nobody, nobody can sign.
        while slots.count < act.direction.fewestSigners { slots.append(slots.last ?? []) }
        self.signs = slots
        // Whoever asks to read does not allow it.
        self.proposerSigns = proposerSigns && act.direction != .reads
        // Only what tightens is done before it is signed.
        self.order = act.direction == .tightens ? order : .before
        let bounds = SignOffRow.lifetimeSeconds
        self.lifetimeSeconds = min(max(lifetimeSeconds, bounds.lowerBound), bounds.upperBound)
        self.methods = methods
    }
}
