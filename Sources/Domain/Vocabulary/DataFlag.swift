/// What a request's data is, or which paper covers it, beyond its label. Each is known to be so, known not to be so, or
/// unknown.
package enum DataFlag: String, CaseIterable, Sendable {
    /// Supports a critical or important function (Regulation (EU) 2022/2554).
    case criticalFunction = "critical_function"
    case customerFacing = "customer_facing"
    /// Personal data of people in the European Union.
    case euPersonal = "eu_pi"
    case hongKongCustomer = "hk_customer"
    /// Important data in the sense of the PRC Data Security Law.
    case prcImportant = "prc_important"
    /// Bulk sensitive personal data of US persons (28 CFR 202).
    case usBulkSensitive = "us_bulk_sensitive"
    /// Its owner demands zero retention at the processor.
    case zeroRetentionRequired = "zdr_required"
    /// Holds an assistant turn that no record of ours shows.
    case unattributed
    /// A security assessment of the Cyberspace Administration of China covers the transfer.
    case cacAssessment = "cac_assessment"
    /// Standard contractual clauses with a transfer impact assessment cover the transfer.
    case standardClauses = "scc_tia"
}
