internal import Identity
internal import Vocabulary

extension Component {
    var peopleSchema: Schema {
        switch self {
        case .me:
            .object([
                .required("person", .nullable(.component(.person))),
                .required("account", .nullable(.id(AccountKind.self))),
                .required("key", .nullable(.id(KeyKind.self))),
                .required("uid", .nullable(.count), "of the user at the Unix socket"),
                .required("rights", .list(.choice(Right.self))),
            ])
        case .person:
            .object([
                .required("id", .id(PersonKind.self)), .required("name", .text), .required("title", .text),
                .required("entity", .id(EntityKind.self), "the employer"),
                .required("site", .nullable(.shape(.country))),
                .required("person_classes", .list(.choice(PersonClass.self)), "the possible ones"),
                .required("roles", .list(.choice(Role.self))), .required("designations", .list(.text)),
                .required("active", .boolean),
            ])
        case .personToPut:
            .object([
                .required("id", .id(PersonKind.self)), .required("name", .name), .required("title", .text(0...512)),
                .required("entity", .id(EntityKind.self)), .optional("site", .nullable(.shape(.country))),
                .optional("person_class", .nullable(.choice(PersonClass.self)), "unknown where it is left out"),
                .optional("roles", .list(.choice(Role.self), atMost: 32)),
                .optional("designations", .list(.shape(.designation), atMost: 100)),
                .optional("active", .boolean, "true unless said"),
            ])
        case .account:
            .object([
                .required("id", .id(AccountKind.self)), .required("person", .nullable(.id(PersonKind.self))),
                .required("accountable", .list(.id(PersonKind.self)), "those who answer for what it does"),
                .required("active", .boolean),
            ])
        default:
            .either([
                .object([
                    .required("id", .id(AccountKind.self)), .required("person", .id(PersonKind.self)),
                    .optional("active", .boolean),
                ]),
                .object([
                    .required("id", .id(AccountKind.self)),
                    .required("accountable", .list(.id(PersonKind.self), 1...100), "of a service"),
                    .optional("active", .boolean),
                ]),
            ])
        }
    }

    var keySchema: Schema {
        switch self {
        case .key:
            .object([
                .required("id", .id(KeyKind.self)), .required("account", .id(AccountKind.self)),
                .required("owner", .id(PersonKind.self)), .required("use_case", .id(UseCaseKind.self)),
                .required("models", .nullable(.list(.id(ModelKind.self)))),
                .required("label", .nullable(.choice(DataLabel.self))), .required("created", .instantText),
                .required("expires", .nullable(.instantText)), .required("revoked", .nullable(.instantText)),
                .required("accepted_terms", .nullable(.text)),
            ])
        case .keyToMake:
            .object([
                .required("account", .id(AccountKind.self)), .required("use_case", .id(UseCaseKind.self)),
                .optional("owner", .id(PersonKind.self), "the account's person unless given"),
                .optional("models", .list(.id(ModelKind.self), atMost: 1_000), "only these of the use case's"),
                .optional("label", .choice(DataLabel.self), "only data up to this label"),
                .optional("expires", .instant),
            ])
        case .session:
            .object([
                .required("id", .id(SessionKind.self)), .required("account", .id(AccountKind.self)),
                .required("created", .instantText), .required("expires", .instantText, "it ends then at the latest"),
                .required("idle_seconds", .count, "it ends when it is not used for so long"),
                .required("seen", .instantText, "about when it was used last"),
                .required("authenticated", .instantText, "when its holder last showed who they are"),
                .required("methods", .list(.choice(AuthenticationMethod.self))),
                .required("revoked", .nullable(.instantText)), .required("accepted_terms", .nullable(.text)),
            ])
        default:
            .object([
                .required("date", .shape(.date)), .required("sha256", .shape(.digest)), .required("text", .text),
            ])
        }
    }
}

extension Schema {
    /// A time as it is answered: RFC 3339, of any year.
    static var instantText: Schema { .text(1...40) }
}
