internal import Vocabulary

/// The functions that the standard rows speak of.
extension FunctionID {
    fileprivate static let compliance: FunctionID = FunctionID("compliance")
    fileprivate static let legal: FunctionID = FunctionID("legal")
    fileprivate static let vendorRisk: FunctionID = FunctionID("vendor_risk")
    fileprivate static let security: FunctionID = FunctionID("security")
    fileprivate static let platform: FunctionID = FunctionID("platform")
    fileprivate static let modelRisk: FunctionID = FunctionID("model_risk")
    fileprivate static let dataOwner: FunctionID = FunctionID("data_owner")
    fileprivate static let records: FunctionID = FunctionID("records")
    fileprivate static let humanResources: FunctionID = FunctionID("human_resources")
    fileprivate static let businessOwner: FunctionID = FunctionID("business_owner")
}

extension SignOffMatrix {
    private static let hour: Int64 = 3600
    private static let day: Int64 = 86_400

    static let standardRows: [SignOffRow] = [
        // The duty roster: closing is one person, whom a second confirms within the hour.
        SignOffRow(
            .orderCut, proposes: [.security, .compliance],
            signs: [[.security, .compliance], [.security, .compliance]], proposerSigns: true,
            order: .after(seconds: hour), lifetimeSeconds: 7 * day),
        SignOffRow(
            .reopenCut, proposes: [.vendorRisk, .legal, .compliance, .security],
            signs: [[.legal, .compliance], [.security]], proposerSigns: true, lifetimeSeconds: day),
        SignOffRow(
            .breakGlass, proposes: [.security, .compliance, .platform, .businessOwner],
            signs: [[.compliance, .legal], [.security]], proposerSigns: true, lifetimeSeconds: 4 * hour),
        SignOffRow(
            .activateBundle, proposes: [.platform, .security, .businessOwner, .vendorRisk, .compliance, .modelRisk],
            signs: [[.modelRisk], [.compliance]], proposerSigns: true),
        SignOffRow(
            .tightenBundle, proposes: [.platform, .security, .vendorRisk, .compliance],
            signs: [[.legal, .compliance]], proposerSigns: true),
        SignOffRow(
            .changeMatrix, proposes: [.platform, .security, .compliance, .legal],
            signs: [[.compliance, .legal], [.security, .modelRisk]], proposerSigns: true),
        SignOffRow(
            .changeSigners, proposes: [.humanResources, .platform, .security],
            signs: [[.compliance], [.security]], proposerSigns: true),
        SignOffRow(
            .placeHold, proposes: [.legal, .compliance, .records], signs: [[.legal, .compliance, .records]],
            proposerSigns: true),
        SignOffRow(.releaseHold, proposes: [.records], signs: [[.legal], [.compliance]]),
        SignOffRow(.dispose, proposes: [.records], signs: [[.legal], [.compliance]]),
        SignOffRow(.export, proposes: [.compliance], signs: [[.legal], [.records]]),
        // The manager's own signature is the second: an exception loosens, so one function alone never grants it.
        SignOffRow(
            .exception, proposes: [.businessOwner], signs: [[.compliance], [.businessOwner]], proposerSigns: true,
            lifetimeSeconds: 3 * day),
        SignOffRow(
            .readContent, proposes: [.compliance, .legal, .security, .humanResources],
            signs: [[.compliance], [.humanResources, .legal]], lifetimeSeconds: day),
        SignOffRow(
            .unpseudonymise, proposes: [.compliance, .legal, .security], signs: [[.compliance]], lifetimeSeconds: day),
        SignOffRow(
            .resetCredential, proposes: [.platform, .security], signs: [[.compliance], [.legal]], lifetimeSeconds: day),
        SignOffRow(
            .loosenDetection, proposes: [.security], signs: [[.compliance], [.dataOwner]]),
        SignOffRow(
            .changeSupervision, proposes: [.compliance], signs: [[.compliance], [.compliance]], proposerSigns: true),
    ]
}
