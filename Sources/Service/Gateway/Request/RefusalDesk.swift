internal import Dialects
internal import Identity
internal import Inspection
internal import Vocabulary

/// Refusals that come from the gate itself and not from a rule, in the languages of the firm.
struct RefusalDesk: Sendable {
    private func text(_ english: String, _ traditional: String, _ simplified: String) -> LocalizedText {
        LocalizedText(english, others: ["zh-Hant": traditional, "zh-Hans": simplified])
    }

    func unreadable(_ part: UnreadablePart) -> Refusal {
        part.kind.asksForMore ? unweighed(part) : uninspected(part)
    }

    private func uninspected(_ part: UnreadablePart) -> Refusal {
        Refusal(
            code: .dataBlocked,
            text: text(
                "\(part.path) is \(part.kind.phrase), which cannot be inspected, so it may not leave the firm. Nothing was sent.",
                "\(part.path) 的內容無法檢查，因此不可離開本行。內容沒有傳送。",
                "\(part.path) 的内容无法检查，因此不可离开本行。内容未发送。"),
            remedy: text(
                "Send the text itself, or use a model inside the firm.", "請直接傳送文字，或使用本行內部的模型。",
                "请直接发送文字，或使用本行内部的模型。"),
            field: part.path)
    }

    private func unweighed(_ part: UnreadablePart) -> Refusal {
        Refusal(
            code: .dataBlocked,
            text: text(
                "\(part.path) is \(part.kind.phrase), which the contract with the vendor was not weighed for. Nothing was sent.",
                "\(part.path) 超出與供應商合約所評估的範圍。內容沒有傳送。",
                "\(part.path) 超出与供应商合同所评估的范围。内容未发送。"),
            remedy: text(
                "Leave it out, or use a model inside the firm.", "請移除此項，或使用本行內部的模型。",
                "请移除此项，或使用本行内部的模型。"),
            field: part.path)
    }

    func blocked(_ findings: [Finding], in content: InspectableRequest) -> Refusal {
        let nouns = Set(findings.map(\.detector.noun)).sorted().joined(separator: ", ")
        let field = findings.first.map { content.path(of: $0) }
        return Refusal(
            code: .dataBlocked,
            text: text(
                "\(field ?? "the request") holds a \(nouns), which may not go to this model. Nothing was sent.",
                "\(field ?? "請求") 含有不可傳送至此模型的資料（\(nouns)）。內容沒有傳送。",
                "\(field ?? "请求") 含有不可发送至此模型的数据（\(nouns)）。内容未发送。"),
            remedy: text(
                "Remove it, or use a model inside the firm.", "請移除該資料，或使用本行內部的模型。", "请移除该数据，或使用本行内部的模型。"),
            field: field)
    }

    func termsMissing(_ date: String) -> Refusal {
        Refusal(
            code: .termsMissing,
            text: text(
                "This key does not work before its owner has accepted the terms of use of \(date).",
                "此密鑰的持有人須先接受 \(date) 的使用條款。", "此密钥的持有人须先接受 \(date) 的使用条款。"),
            remedy: text(
                "Accept them: portcullis terms accept.", "請接受條款：portcullis terms accept。",
                "请接受条款：portcullis terms accept。"))
    }

    var noLease: Refusal {
        Refusal(
            code: .unavailable,
            text: text(
                "The gate cannot see the firm's current rules, so nothing goes to outside models until it can. Models inside the firm still answer.",
                "網關目前無法讀取本行的規則，故暫停使用外部模型。內部模型仍可使用。", "网关目前无法读取本行的规则，故暂停使用外部模型。内部模型仍可使用。"))
    }

    var notRecordable: Refusal {
        Refusal(
            code: .notRecordable,
            text: text(
                "This request cannot be recorded now, and nothing is sent that is not recorded.",
                "此請求目前無法記錄；未能記錄的內容不會傳送。", "此请求目前无法记录；未能记录的内容不会发送。"))
    }

    /// What an answer was for has stopped while it was open.
    func ended(_ bearer: BearerID, _ rejection: Directory.Rejection) -> Refusal {
        let said =
            switch (bearer, rejection) {
            case (_, .inactive):
                text(
                    "Whoever this request was made for has no access any more.", "此請求的使用者已無權使用。",
                    "此请求的使用者已无权使用。")
            case (.key, _):
                text("The key of this request is not valid any more.", "此請求的密鑰已失效。", "此请求的密钥已失效。")
            case (.session, _):
                text(
                    "The session of this request has ended; sign in again.", "此請求的登入時段已結束，請重新登入。",
                    "此请求的登录会话已结束，请重新登录。")
            }
        return Refusal(code: .noPermit, text: said)
    }

    var deploymentGone: Refusal {
        Refusal(
            code: .noPermit,
            text: text(
                "This way to the model is no longer in force, so nothing permits this request.",
                "此模型的接入途徑已不再生效，故此請求未獲准許。", "此模型的接入途径已不再生效，故此请求未获准许。"))
    }

    var unknownUseCase: Refusal {
        Refusal(
            code: .noPermit,
            text: text(
                "The use case of this key is not in force, so nothing permits this request.",
                "此密鑰的用途並未生效，故此請求未獲准許。", "此密钥的用途并未生效，故此请求未获准许。"))
    }
}
