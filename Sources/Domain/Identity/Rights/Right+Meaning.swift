extension Right {
    /// A sentence for docs/roles.md and for whoever lacks it.
    package var meaning: String {
        switch self {
        case .statusRead: "see how the installation does"
        case .peopleRead: "list people and accounts"
        case .peopleWrite: "add, change and deactivate people and accounts; import them"
        case .rolesWrite: "give and take roles"
        case .delegationsRead: "list who acts for whom, in which entity"
        case .delegationsWrite: "give one of one's own roles to another for one entity, and take it back"
        case .keysRead: "list keys of others"
        case .keysIssueOwn: "issue keys to one's own accounts"
        case .keysIssue: "issue keys to any account"
        case .keysRevoke: "revoke keys of others"
        case .sessionsRead: "list sessions of others"
        case .sessionsRevoke: "end sessions of others"
        case .credentialsReset: "reset how another signs in"
        case .termsPublish: "publish terms of use"
        case .evidenceRead: "see where others are known to be"
        case .evidenceWrite: "state where others are"
        case .sourcesWrite: "register sources of evidence"
        case .useCasesRead: "list use cases"
        case .bundleRead: "read the rules, models and contracts in force"
        case .bundleActivate: "put a bundle forward and activate it once it is approved"
        case .cutsRead: "list cut-offs and their receipts"
        case .cutOrder: "order a cut-off"
        case .cutReopen: "sign a reopening"
        case .approvalsRead: "list approvals and their signatures"
        case .approvalsPropose: "put an act forward for signature"
        case .alertsRead: "list alerts"
        case .metadataRead: "see who asked which model when, and why it was decided so; explain the requests of others"
        case .contentRead: "read what was asked and answered, under an approval"
        case .detectionWrite: "change what inspection looks for"
        case .ledgerRead: "list logs, checkpoints and proofs"
        case .ledgerExport: "export records of the ledger"
        case .holdsWrite: "put holds and disposals forward"
        case .deskRead: "see what the export-control desk has said"
        case .deskWrite: "say whether somebody belongs to a person class"
        case .productionsRead: "read what a production names"
        default: "sign approvals for the function " + rawValue.dropFirst("approvals.sign.".count)
        }
    }
}
