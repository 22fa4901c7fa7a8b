// What the tests of this folder share: one act of each kind, people, accounts.
import Crypto
import Vocabulary

@testable import Approvals

enum Samples {
    static func digest(_ byte: UInt8) -> Digest { Digest([UInt8](repeating: byte, count: 32)) ?? .zero }
    static func bundle(_ byte: UInt8) -> BundleHash { BundleHash([UInt8](repeating: byte, count: 32)) ?? .none }

    static func function(_ name: String) -> FunctionID { FunctionID(name) ?? compliance }
    static func person(_ name: String) -> PersonID { PersonID(name) ?? nobody }
    static func account(_ name: String) -> AccountID { AccountID(name) ?? noAccount }

    static let compliance: FunctionID = FunctionID("compliance")
    static let security: FunctionID = FunctionID("security")
    static let legal: FunctionID = FunctionID("legal")
    static let vendorRisk: FunctionID = FunctionID("vendor_risk")
    static let nobody: PersonID = PersonID("p-nobody")
    static let noAccount: AccountID = AccountID("a-nobody")
    static let until = Instant(seconds: 90_000)
    static let cut: CutID = CutID("cut-1")
    static let rule: RuleID = RuleID("R-1")
    static let hold: HoldID = HoldID("hold-1")
    static let bank: EntityID = EntityID("meridian-hk")
    static let model: ModelID = ModelID("gpt-5.5")

    static let change = Act.BundleChange(
        name: "meridian-bank", bundle: bundle(1), replaces: bundle(2), matrix: digest(3), replacesMatrix: digest(3))

    /// One of each case.
    static let acts: [Act] = [
        .orderCut(.init(cut: cut, order: digest(1))), .reopenCut(.init(cut: cut, order: digest(1))),
        .breakGlass(.init(persons: [nobody], models: [model], until: until, reason: "outage")),
        .activateBundle(change), .changeSigners(.init(person: nobody, functions: [legal])),
        .placeHold(.init(hold: hold, scope: digest(1), reason: "matter")),
        .releaseHold(.init(hold: hold, scope: digest(1), reason: "matter")),
        .dispose(.init(scope: digest(1), records: 7, through: until, reason: "ended")),
        .export(.init(scope: digest(1), recipient: "regulator", purpose: "production")),
        .exception(.init(rule: rule, persons: [nobody], entities: [bank], until: until, reason: "deal")),
        .readContent(.init(matter: "case-1", references: [], subject: nobody, entity: bank, purpose: "review")),
        .unpseudonymise(.init(matter: "case-1", references: [], subject: nobody, entity: bank, purpose: "review")),
        .resetCredential(.init(account: noAccount, person: nobody, reason: "lost")),
        .loosenDetection(.init(from: digest(1), to: digest(2), simulation: digest(3), reason: "noise")),
        .changeSupervision(.init(setting: "lexicon", from: digest(1), to: digest(2), reason: "noise")),
    ]
}
