/// What a person does in the firm, as far as Portcullis lets it decide anything.
package enum Role: String, CaseIterable, Comparable, Sendable {
    case employee
    case engineer
    case compliance
    case legal
    case vendorRisk = "vendor_risk"
    case security
    case platform
    case modelRisk = "model_risk"
    case dataOwner = "data_owner"
    case records
    case humanResources = "human_resources"
    case businessOwner = "business_owner"
    case governmentAffairs = "government_affairs"
    case auditor
    case regulatorOfficer = "regulator_officer"

    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}
