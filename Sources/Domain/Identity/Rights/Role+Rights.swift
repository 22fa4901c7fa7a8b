extension Role {
    /// What the role may do, for whomever it is held: for the whole firm, or by a delegation for one entity.
    ///
    /// INVARIANT: no role holds two of `Right.separated`. Nobody but the export-control desk (government affairs)
    /// writes person classes, and whoever writes people does not write those.
    package var rights: RightSet {
        var rights = duties
        if let signature = Right.sign(as: self) { rights.insert(signature) }
        return rights
    }

    private var duties: RightSet {
        switch self {
        case .employee: []
        case .engineer: [.keysIssueOwn]
        case .compliance:
            [
                .statusRead, .peopleRead, .delegationsRead, .delegationsWrite, .keysRead, .evidenceRead, .useCasesRead,
                .bundleRead,
                .cutsRead, .cutOrder, .cutReopen, .approvalsRead, .approvalsPropose, .alertsRead, .contentRead,
                .ledgerRead,
            ]
        case .legal:
            [
                .statusRead, .peopleRead, .delegationsRead, .delegationsWrite, .keysRead, .useCasesRead, .bundleRead,
                .cutsRead,
                .approvalsRead, .approvalsPropose, .alertsRead, .metadataRead, .ledgerRead, .holdsWrite,
            ]
        case .vendorRisk:
            [
                .statusRead, .delegationsRead, .delegationsWrite, .useCasesRead, .bundleRead, .cutsRead, .cutOrder,
                .approvalsRead,
                .approvalsPropose, .alertsRead,
            ]
        case .security:
            [
                .statusRead, .peopleRead, .peopleWrite, .rolesWrite, .delegationsRead, .delegationsWrite, .keysRead,
                .keysIssue, .keysRevoke, .sessionsRead, .sessionsRevoke, .credentialsReset, .termsPublish,
                .evidenceRead, .evidenceWrite, .sourcesWrite, .useCasesRead, .bundleRead, .bundleActivate, .cutsRead,
                .cutOrder,
                .cutReopen, .approvalsRead, .approvalsPropose, .alertsRead, .detectionWrite, .ledgerRead,
            ]
        case .platform:
            [
                .statusRead, .peopleRead, .peopleWrite, .rolesWrite, .delegationsRead, .delegationsWrite, .keysRead,
                .keysIssue, .keysRevoke, .sessionsRead, .sessionsRevoke, .credentialsReset, .termsPublish,
                .evidenceRead, .evidenceWrite, .sourcesWrite, .useCasesRead, .bundleRead, .bundleActivate, .cutsRead,
                .approvalsRead,
                .approvalsPropose, .alertsRead, .metadataRead, .ledgerRead,
            ]
        case .modelRisk:
            [
                .statusRead, .delegationsRead, .delegationsWrite, .useCasesRead, .bundleRead, .cutsRead, .approvalsRead,
                .approvalsPropose, .alertsRead,
            ]
        case .dataOwner:
            [.delegationsRead, .delegationsWrite, .useCasesRead, .bundleRead, .approvalsRead, .approvalsPropose]
        case .records:
            [
                .delegationsRead, .delegationsWrite, .approvalsRead, .approvalsPropose, .metadataRead, .ledgerRead,
                .ledgerExport, .holdsWrite,
            ]
        case .humanResources: [.peopleRead, .peopleWrite, .delegationsRead, .delegationsWrite, .approvalsRead]
        case .businessOwner:
            [.delegationsRead, .delegationsWrite, .useCasesRead, .bundleRead, .approvalsRead, .approvalsPropose]
        case .governmentAffairs:
            [
                .delegationsRead, .delegationsWrite, .useCasesRead, .bundleRead, .cutsRead, .approvalsRead, .deskRead,
                .deskWrite,
            ]
        case .auditor:
            [
                .statusRead, .peopleRead, .delegationsRead, .keysRead, .sessionsRead, .evidenceRead, .useCasesRead,
                .bundleRead,
                .cutsRead, .approvalsRead, .alertsRead, .metadataRead, .ledgerRead, .deskRead, .productionsRead,
            ]
        case .regulatorOfficer: [.productionsRead]
        }
    }

    /// Another may be made to stand in for it. A regulator's officer has credentials of their own, and an auditor
    /// answers for what they themselves have read.
    package var isDelegable: Bool { self != .regulatorOfficer && self != .auditor && self != .employee }
}
