/// One thing that may be done here. Operations ask for rights, never for roles; which role gives which right is
/// `Role.rights`, and docs/roles.md is made of it.
///
/// What is one's own (keys, sessions, acceptances, explanations of one's own requests, the models that one may use)
/// needs no right, and no right opens what is another's by accident: each names what it opens.
package enum Right: String, CaseIterable, Sendable {
    case statusRead = "status.read"
    case peopleRead = "people.read"
    case peopleWrite = "people.write"
    case rolesWrite = "roles.write"
    case delegationsRead = "delegations.read"
    case delegationsWrite = "delegations.write"
    case keysRead = "keys.read"
    case keysIssueOwn = "keys.issue.own"
    case keysIssue = "keys.issue"
    case keysRevoke = "keys.revoke"
    case sessionsRead = "sessions.read"
    case sessionsRevoke = "sessions.revoke"
    case credentialsReset = "credentials.reset"
    case termsPublish = "terms.publish"
    case evidenceRead = "evidence.read"
    case evidenceWrite = "evidence.write"
    case sourcesWrite = "sources.write"
    case useCasesRead = "use_cases.read"
    case bundleRead = "bundle.read"
    case bundleActivate = "bundle.activate"
    case cutsRead = "cuts.read"
    case cutOrder = "cuts.order"
    case cutReopen = "cuts.reopen"
    case approvalsRead = "approvals.read"
    case approvalsPropose = "approvals.propose"
    case alertsRead = "alerts.read"
    case metadataRead = "metadata.read"
    case contentRead = "content.read"
    case detectionWrite = "detection.write"
    case ledgerRead = "ledger.read"
    case ledgerExport = "ledger.export"
    case holdsWrite = "holds.write"
    case deskRead = "desk.read"
    case deskWrite = "desk.write"
    case productionsRead = "productions.read"
    case signAsEngineer = "approvals.sign.engineer"
    case signAsCompliance = "approvals.sign.compliance"
    case signAsLegal = "approvals.sign.legal"
    case signAsVendorRisk = "approvals.sign.vendor_risk"
    case signAsSecurity = "approvals.sign.security"
    case signAsPlatform = "approvals.sign.platform"
    case signAsModelRisk = "approvals.sign.model_risk"
    case signAsDataOwner = "approvals.sign.data_owner"
    case signAsRecords = "approvals.sign.records"
    case signAsHumanResources = "approvals.sign.human_resources"
    case signAsBusinessOwner = "approvals.sign.business_owner"
    case signAsGovernmentAffairs = "approvals.sign.government_affairs"

    /// Signing an approval for a function; nil for those that sign nothing: employee, auditor, regulator officer.
    package static func sign(as function: Role) -> Right? { Right(rawValue: "approvals.sign." + function.rawValue) }

    package var isSignature: Bool { rawValue.hasPrefix("approvals.sign.") }

    /// Who asked which model, when and with what outcome; what was asked and answered; what is looked for. Whoever
    /// holds two of them can look for somebody without anybody noticing, so no role does.
    package static let separated: [Right] = [.metadataRead, .contentRead, .detectionWrite]
}
