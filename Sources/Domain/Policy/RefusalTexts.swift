package import Vocabulary

/// The words of refusals that no rule brings along. Placeholders in braces are filled in: `{model}`, `{vendor}`,
/// `{place}`, `{reason}`, `{since}`. A bundle may replace any of them, so that native reviewers need no new build.
package struct RefusalTexts: Hashable, Sendable {
    package enum Key: String, CaseIterable, Sendable {
        // What happened: the first line.
        case deniedHere = "denied_here"
        case denied
        case cutOff = "cut_off"
        /// Also when every ground is sealed: the same words, so that they reveal nothing.
        case notPermitted = "not_permitted"

        // What stands for a rule that is disclosed in summary only.
        case summaryLaw = "summary.law"
        case summaryDirective = "summary.directive"
        case summaryRegulatorGuidance = "summary.regulator_guidance"
        case summaryContractClause = "summary.contract_clause"
        case summaryVendorTerms = "summary.vendor_terms"
        case summaryInternalPolicy = "summary.internal_policy"
        case summaryPrecaution = "summary.precaution"
        case cutGround = "ground.cut"
        case undischargedGround = "ground.undischarged"

        // What to do.
        case establishPlace = "remedy.establish_place"
        case useAlternative = "remedy.use_alternative"
        case renewApproval = "remedy.renew_approval"
        case askExportDesk = "remedy.ask_export_desk"
        case obtainOwnershipCertificate = "remedy.obtain_ownership_certificate"
        case fileOutsourcingRecord = "remedy.file_outsourcing_record"
        case verifyLicence = "remedy.verify_licence"
        case bindToPerson = "remedy.bind_to_person"
        case askOwner = "remedy.ask_owner"
        case askCompliance = "remedy.ask_compliance"

        // Why an alternative is one.
        case alternativeInside = "alternative.inside"
        case alternativeVendor = "alternative.vendor"
    }

    private var texts: [Key: LocalizedText]
    /// Names of places; one that is missing shows its code.
    package var places: [Country: LocalizedText]

    package init(_ replaced: [Key: LocalizedText] = [:], places: [Country: LocalizedText] = [:]) {
        texts = RefusalTexts.standard.merging(replaced) { _, new in new }
        self.places = places
    }

    package subscript(key: Key) -> LocalizedText { texts[key] ?? LocalizedText(key.rawValue) }

    package func place(_ country: Country) -> LocalizedText { places[country] ?? LocalizedText(country.description) }

    private static func text(_ english: String, _ traditional: String, _ simplified: String) -> LocalizedText {
        LocalizedText(english, others: ["zh-Hant": traditional, "zh-Hans": simplified])
    }

    private static let standard: [Key: LocalizedText] = [
        .deniedHere: text(
            "{model} is not available to you in {place}. Nothing was sent to {vendor}.",
            "你目前在{place}，不能使用 {model}。你的內容沒有傳送給 {vendor}。",
            "您目前在{place}，无法使用 {model}。您的内容未发送给 {vendor}。"),
        .denied: text(
            "{model} is not available to you for this request. Nothing was sent to {vendor}.",
            "這項要求不能使用 {model}。你的內容沒有傳送給 {vendor}。",
            "此请求无法使用 {model}。您的内容未发送给 {vendor}。"),
        .cutOff: text(
            "{model} has been switched off for you since {since}. Nothing was sent to {vendor}.",
            "{model} 自 {since} 起已對你停用。你的內容沒有傳送給 {vendor}。",
            "{model} 自 {since} 起已对您停用。您的内容未发送给 {vendor}。"),
        .notPermitted: text(
            "{model} is not available for this request. Nothing was sent to {vendor}.",
            "{model} 不可用於這項要求。你的內容沒有傳送給 {vendor}。",
            "{model} 不可用于此请求。您的内容未发送给 {vendor}。"),
        .summaryLaw: text("A law does not allow this use.", "法例不容許此用途。", "法律不允许此用途。"),
        .summaryDirective: text(
            "A government order does not allow this use.", "政府命令不容許此用途。", "政府命令不允许此用途。"),
        .summaryRegulatorGuidance: text(
            "Guidance of a regulator does not allow this use.", "監管機構的指引不容許此用途。", "监管机构的指引不允许此用途。"),
        .summaryContractClause: text(
            "A contract of the firm does not allow this use.", "本行的合約不容許此用途。", "本行的合同不允许此用途。"),
        .summaryVendorTerms: text(
            "The vendor's terms do not allow this use.", "供應商的條款不容許此用途。", "供应商的条款不允许此用途。"),
        .summaryInternalPolicy: text(
            "The firm's policy does not allow this use.", "本行的政策不容許此用途。", "本行的政策不允许此用途。"),
        .summaryPrecaution: text(
            "The firm does not allow this use, as a precaution.", "本行為審慎起見，不容許此用途。",
            "出于审慎考虑，本行不允许此用途。"),
        .cutGround: text(
            "Emergency cut-off since {since}: {reason}", "自 {since} 起緊急停用：{reason}",
            "自 {since} 起紧急停用：{reason}"),
        .undischargedGround: text(
            "A duty that comes with this use cannot be met now.", "目前無法履行此用途附帶的責任。",
            "目前无法履行此用途附带的义务。"),
        .establishPlace: text(
            "Show where you are: badge in at an office, or confirm your place with the authenticator app; then try again.",
            "請確認你的所在地：在辦公室拍卡，或用驗證應用程式確認位置，然後再試。",
            "请确认您的所在地：在办公室刷卡，或用验证应用确认位置，然后重试。"),
        .useAlternative: text(
            "Use one of the models below.", "請改用以下模型。", "请改用以下模型。"),
        .renewApproval: text(
            "Ask the owner of your use case to renew the approval.", "請你的用例負責人續批。",
            "请您的用例负责人续批。"),
        .askExportDesk: text(
            "Ask the export-control desk to record your status; it keeps your papers, and nobody else sees them.",
            "請向出口管制組登記你的身分；文件由該組保管，其他人不會看到。",
            "请向出口管制组登记您的身份；文件由该组保管，其他人不会看到。"),
        .obtainOwnershipCertificate: text(
            "Ask your firm for an ownership certificate and give it to Vendor Risk.",
            "請向你的公司索取股權證明，並交給供應商風險部。", "请向您的公司索取股权证明，并交给供应商风险部。"),
        .fileOutsourcingRecord: text(
            "Ask Outsourcing Risk whether a record can cover this processing.",
            "請向外判風險組查詢能否以紀錄涵蓋此處理。", "请向外包风险组查询能否以记录涵盖此处理。"),
        .verifyLicence: text(
            "Ask Model Risk to verify the licence and origin of the weights.",
            "請模型風險部核實權重的授權及來源。", "请模型风险部核实权重的许可及来源。"),
        .bindToPerson: text(
            "Bind the service to a person who answers for it.", "請為此服務指定負責人。", "请为此服务指定负责人。"),
        .askOwner: text(
            "Ask the function that decided this rule.", "請向訂立此規則的部門查詢。", "请向制定此规则的部门咨询。"),
        .askCompliance: text(
            "Ask Compliance, and quote the reference.", "請聯絡合規部，並提供參考編號。",
            "请联系合规部，并提供参考编号。"),
        .alternativeInside: text(
            "Runs inside the firm; allowed for this data.", "在本行內部運行，可處理此類資料。",
            "在本行内部运行，可处理此类数据。"),
        .alternativeVendor: text(
            "Allowed for this data, through {vendor}.", "經 {vendor} 提供，可處理此類資料。",
            "经 {vendor} 提供，可处理此类数据。"),
    ]
}

extension LocalizedText {
    /// Every placeholder replaced, in each language by the value's text in that language, else in English.
    package func filled(_ values: [String: LocalizedText]) -> LocalizedText {
        func fill(_ text: String, _ value: (LocalizedText) -> String) -> String {
            var result = ""
            var rest = text[...]
            while let open = rest.firstIndex(of: "{") {
                result += rest[..<open]
                let after = rest.index(after: open)
                guard let close = rest[after...].firstIndex(of: "}"), let found = values[String(rest[after..<close])]
                else {
                    result.append("{")
                    rest = rest[after...]
                    continue
                }
                result += value(found)
                rest = rest[rest.index(after: close)...]
            }
            return result + rest
        }
        var filled: [String: String] = [:]
        for other in others { filled[other.language] = fill(other.text) { $0.text(in: other.language) } }
        return LocalizedText(fill(english) { $0.english }, others: filled)
    }

    package func text(in language: String) -> String {
        others.first { $0.language == language }?.text ?? english
    }
}
