package import Vocabulary

package enum ProposalKind: IdentifierKind { package static let noun = "proposal" }
package enum FunctionKind: IdentifierKind { package static let noun = "function" }
package enum HoldKind: IdentifierKind { package static let noun = "hold" }

/// One act put to signature. (`ApprovalID` is another thing: an entry of the approved list of models.)
package typealias ProposalID = Identifier<ProposalKind>
/// What somebody does in the firm, by the name of a role of Identity: who signs is said by function, never by name.
package typealias FunctionID = Identifier<FunctionKind>
package typealias HoldID = Identifier<HoldKind>

extension FunctionID {
    /// Everybody has the first, and the others look on: a signature of theirs is none.
    package static let neverSign: Set<FunctionID> = {
        let employee: FunctionID = FunctionID("employee")
        let auditor: FunctionID = FunctionID("auditor")
        let officer: FunctionID = FunctionID("regulator_officer")
        return [employee, auditor, officer]
    }()
}
