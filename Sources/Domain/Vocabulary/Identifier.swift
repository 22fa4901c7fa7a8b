/// A name that stands for one thing, of one kind: a `VendorID` is not a `ModelID`, though both are text.
///
/// LIMIT: 1 to 128 letters, digits and `. _ - : / @ +`, so that an identifier can stand in a URL, a log line, a header
/// and a file of rules without quoting.
package struct Identifier<Kind: IdentifierKind>: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    /// Nil when the text breaks the limit above.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard Self.accepts(text) else { return nil }
        self.text = text
    }

    /// For names written in our own source.
    package init(_ literal: StaticString) {
        let text = literal.description
        precondition(Self.accepts(text), "not an identifier: \(text)")
        self.text = text
    }

    package var description: String { text }
    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    /// Of a `String` and nothing more general: a million of them are read when a node starts.
    private static func accepts(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard (1...128).contains(utf8.count) else { return false }
        return utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x2D, 0x3A, 0x2F, 0x40, 0x2B: true
            default: false
            }
        }
    }
}

/// What an identifier names; `noun` is used in error messages.
package protocol IdentifierKind {
    static var noun: String { get }
}

package enum PersonKind: IdentifierKind { package static let noun = "person" }
package enum AccountKind: IdentifierKind { package static let noun = "account" }
package enum KeyKind: IdentifierKind { package static let noun = "key" }
package enum SessionKind: IdentifierKind { package static let noun = "session" }
package enum DelegationKind: IdentifierKind { package static let noun = "delegation" }
package enum EntityKind: IdentifierKind { package static let noun = "legal entity" }
package enum CustodyKind: IdentifierKind { package static let noun = "custody of records" }
package enum VendorKind: IdentifierKind { package static let noun = "vendor" }
package enum ModelKind: IdentifierKind { package static let noun = "model" }
package enum DeploymentKind: IdentifierKind { package static let noun = "deployment" }
package enum ContractKind: IdentifierKind { package static let noun = "contract" }
package enum UseCaseKind: IdentifierKind { package static let noun = "use case" }
package enum RuleKind: IdentifierKind { package static let noun = "rule" }
package enum CutKind: IdentifierKind { package static let noun = "cut" }
package enum NodeKind: IdentifierKind { package static let noun = "node" }
package enum SourceKind: IdentifierKind { package static let noun = "evidence source" }

/// The natural person; accounts and keys are other things.
package typealias PersonID = Identifier<PersonKind>
package typealias AccountID = Identifier<AccountKind>
package typealias KeyID = Identifier<KeyKind>
/// A browser or a command line that is signed in, by an account.
package typealias SessionID = Identifier<SessionKind>
/// A role that one person was given by another, for one entity and a time.
package typealias DelegationID = Identifier<DelegationKind>
package typealias EntityID = Identifier<EntityKind>
/// Whose books a record is kept in; a value of the employing entity, never of where somebody stands.
package typealias CustodyID = Identifier<CustodyKind>
package typealias VendorID = Identifier<VendorKind>
package typealias ModelID = Identifier<ModelKind>
/// One way to reach a model: an operator, a channel, a contract, an endpoint.
package typealias DeploymentID = Identifier<DeploymentKind>
package typealias ContractID = Identifier<ContractKind>
package typealias UseCaseID = Identifier<UseCaseKind>
package typealias RuleID = Identifier<RuleKind>
package typealias CutID = Identifier<CutKind>
/// One gateway worker or the console: whoever keeps a ledger of its own.
package typealias NodeID = Identifier<NodeKind>
package typealias SourceID = Identifier<SourceKind>
