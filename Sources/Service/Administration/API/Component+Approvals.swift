internal import Approvals
internal import Vocabulary

extension Component {
    static var approvalSchema: Schema {
        let signature = Schema.object([
            .required("person", .id(PersonKind.self)), .required("account", .id(AccountKind.self)),
            .required("at", .instantText), .required("method", .choice(SigningMethod.self)),
            .required("counts", .boolean, "whether it fills a place now"),
        ])
        let missing = Schema.object([
            .required("act", .choice(ActKind.self), "the row of the matrix"),
            .required("functions", .list(.id(FunctionKind.self)), "any one of them will do"),
        ])
        return .object([
            .required("id", .id(ProposalKind.self)), .required("act", .choice(ActKind.self)),
            .required("state", .choice(Approval.State.self)),
            .required("sha256", .shape(.digest), "of the act's encoding, which the signatures are over"),
            .required("content", .open([]), "field for field what is digested"),
            .required(
                "proposed_by",
                .either([
                    .object([
                        .required("person", .id(PersonKind.self)), .required("account", .id(AccountKind.self)),
                    ]), .object([.required("uid", .count)]),
                ])),
            .required("proposed_at", .instantText), .required("expires", .instantText),
            .required("deadline", .nullable(.instantText), "of an act that is done at once and signed after"),
            .required("used_at", .nullable(.instantText)), .required("withdrawn_at", .nullable(.instantText)),
            .required("signatures", .list(signature)), .required("missing", .list(missing)),
        ])
    }

    /// One alternative for each act that is proposed by itself.
    static var actSchema: Schema {
        .either(
            ActKind.allCases.compactMap { kind in
                content(of: kind).map { members in
                    .object([
                        .required("act", .choice([kind.rawValue])), .required("content", .object(members)),
                    ])
                }
            })
    }

    private static let reason = Schema.Member.required("reason", .shape(.reason))
    private static let until = Schema.Member.required("until", .instant)
    private static let scope = Schema.Member.required("scope", .shape(.digest), "SHA-256 of what it covers")
    private static let entity = Schema.Member.optional("entity", .id(EntityKind.self))

    private static func ids<Kind: IdentifierKind>(_ name: StaticString, _ kind: Kind.Type) -> Schema.Member {
        .required(name, .list(.id(kind), 0...1000))
    }

    private static let change: [Schema.Member] = [
        .required("from", .shape(.digest)), .required("to", .shape(.digest)), reason,
    ]

    private static let reading: [Schema.Member] = [
        .required("matter", .shape(.reason)), .required("references", .list(.shape(.reference), 0...1000)),
        .required("purpose", .shape(.reason)), .optional("subject", .id(PersonKind.self)), entity,
    ]

    /// Nil for what is proposed by the call that does it, and for ways to judge a bundle.
    private static func content(of kind: ActKind) -> [Schema.Member]? {
        switch kind {
        case .orderCut, .reopenCut, .activateBundle, .tightenBundle, .changeMatrix: nil
        case .breakGlass: [ids("persons", PersonKind.self), ids("models", ModelKind.self), until, reason]
        case .changeSigners:
            [.required("person", .id(PersonKind.self)), ids("functions", FunctionKind.self), entity]
        case .placeHold, .releaseHold: [.required("hold", .id(HoldKind.self)), scope, reason]
        case .dispose: [scope, .required("records", .count), .required("through", .instant), reason]
        case .export:
            [scope, .required("recipient", .shape(.reason)), .required("purpose", .shape(.reason)), entity]
        case .exception:
            [
                .required("rule", .id(RuleKind.self)), ids("persons", PersonKind.self),
                ids("entities", EntityKind.self), until, reason,
            ]
        case .readContent, .unpseudonymise: reading
        case .resetCredential:
            [.required("account", .id(AccountKind.self)), .required("person", .id(PersonKind.self)), reason]
        case .loosenDetection: change + [.required("simulation", .shape(.digest))]
        case .changeSupervision: change + [.required("setting", .shape(.reason))]
        }
    }
}
