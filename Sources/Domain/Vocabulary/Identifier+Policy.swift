package enum ApprovalKind: IdentifierKind { package static let noun = "approval" }
package enum LineageKind: IdentifierKind { package static let noun = "lineage" }
package enum EvidenceItemKind: IdentifierKind { package static let noun = "piece of evidence" }
package enum ClaimKind: IdentifierKind { package static let noun = "claim" }
package enum NamedSetKind: IdentifierKind { package static let noun = "named set" }
package enum AliasKind: IdentifierKind { package static let noun = "alias" }
package enum SiteKind: IdentifierKind { package static let noun = "site" }
package enum CutEventKind: IdentifierKind { package static let noun = "cut-off event" }

package typealias ApprovalID = Identifier<ApprovalKind>
/// Whose work a model descends from: the id of a vendor or of another model. What is derived, tuned, distilled or
/// cached inherits it, so no alias, reseller or fine-tune launders a model.
package typealias LineageID = Identifier<LineageKind>
/// One observation of where a person is.
package typealias EvidenceID = Identifier<EvidenceItemKind>
/// One statement of a source that a rule rests on or that speaks against it.
package typealias ClaimID = Identifier<ClaimKind>
package typealias NamedSetID = Identifier<NamedSetKind>
/// A name that stands for an ordered choice of models, such as `best`.
package typealias AliasID = Identifier<AliasKind>
package typealias SiteID = Identifier<SiteKind>
package typealias CutEventID = Identifier<CutEventKind>
