internal import Identity

/// What an operation asks of whoever calls it.
enum APIRight: String, CaseIterable, Sendable {
    case statusRead = "status.read"
    case peopleRead = "people.read"
    case peopleWrite = "people.write"
    case keysRead = "keys.read"
    case keysIssue = "keys.issue"
    case keysRevoke = "keys.revoke"
    case sourcesWrite = "sources.write"
    case evidenceRead = "evidence.read"
    case useCasesRead = "use_cases.read"
    case termsPublish = "terms.publish"
    case bundleRead = "bundle.read"
    case bundleActivate = "bundle.activate"
    case cutsRead = "cuts.read"
    case cutOrder = "cuts.order"
    case cutReopen = "cuts.reopen"
    case approvalsRead = "approvals.read"
    case approvalsPropose = "approvals.propose"
    case alertsRead = "alerts.read"
    case metadataRead = "metadata.read"
    case ledgerRead = "ledger.read"

    /// Who holds it.
    var roles: Set<Role> {
        switch self {
        case .statusRead, .peopleRead, .keysRead, .evidenceRead, .useCasesRead, .bundleRead, .cutsRead, .alertsRead,
            .metadataRead, .ledgerRead:
            [.compliance, .legal, .security, .platform, .auditor]
        case .approvalsRead: Set(Role.allCases).subtracting([.employee, .engineer, .regulatorOfficer])
        case .approvalsPropose:
            Set(Role.allCases).subtracting([.employee, .engineer, .auditor, .regulatorOfficer])
        case .peopleWrite, .keysIssue, .keysRevoke, .sourcesWrite, .termsPublish, .bundleActivate:
            [.platform, .security]
        case .cutOrder, .cutReopen: [.security, .compliance]
        }
    }
}
