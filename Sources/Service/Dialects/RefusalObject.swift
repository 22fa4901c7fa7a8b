internal import JSON
internal import Vocabulary

/// The refusal for programs, the same in every protocol: `{ref, code, text{lang}, remedy, appeal, rules[],
/// alternatives[]}`.
enum RefusalObject {
    static func write(_ refusal: Refusal, reference: String, to writer: inout JSONWriter) {
        writer.object { object in
            object.member("ref", reference)
            object.member("code", refusal.code.rawValue)
            text("text", refusal.text, &object)
            text("remedy", refusal.remedy, &object)
            text("appeal", refusal.appeal, &object)
            if let field = refusal.field { object.member("field", field) }
            object.member(
                "rules",
                array: { rules in
                    for ground in refusal.disclosed.grounds { rule(ground, &rules) }
                })
            object.member(
                "alternatives",
                array: { alternatives in
                    for alternative in refusal.alternatives {
                        alternatives.object { one in
                            one.member("model", alternative.model.text)
                            text("reason", alternative.reason, &one)
                        }
                    }
                })
        }
    }

    private static func rule(_ ground: Refusal.Ground, _ rules: inout JSONWriter) {
        let isFull = ground.disclosure == .full
        rules.object { rule in
            rule.member("id", ground.id.text)
            rule.member("version", ground.version)
            rule.member(
                "authority",
                object: { authority in
                    authority.member("type", ground.authority.kind.rawValue)
                    authority.member("instrument", isFull ? ground.authority.instrument : nil)
                    authority.member("clause", isFull ? ground.authority.clause : nil)
                })
            rule.member("decided_by", ground.decidedBy)
            rule.member("since", ground.since == .distantPast ? nil : ground.since.description)
            rule.member("review_by", ground.reviewBy?.description)
            rule.member("disclosure", ground.disclosure.rawValue)
            text("text", ground.text, &rule)
        }
    }

    /// `{"en": "…", "zh-Hant": "…"}`; null where there is none.
    private static func text(_ name: String, _ text: LocalizedText?, _ object: inout JSONWriter) {
        object.key(name)
        guard let text else { return object.null() }
        object.object { languages in
            languages.member("en", text.english)
            for other in text.others { languages.member(other.language, other.text) }
        }
    }
}
