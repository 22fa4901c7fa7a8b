internal import CutOff
internal import Identity
internal import Ledger
internal import Location
internal import Vocabulary

extension Component {
    var evidenceSchema: Schema {
        let about: [Schema.Member] = [
            .required("person", .id(PersonKind.self)), .required("kind", .choice(EvidenceKind.self)),
        ]
        return self == .statement
            ? .object(
                about + [
                    .optional("id", .id(EvidenceItemKind.self)), .optional("country", .shape(.country)),
                    .optional("observed", .instant, "now unless given"), .optional("until", .instant),
                    .optional("anonymizer", .boolean), .optional("network", .choice(Evidence.Network.self)),
                    .optional("hop", .choice(Evidence.Hop.self)),
                ])
            : .object(
                about + [
                    .required("source", .id(SourceKind.self)), .required("id", .id(EvidenceItemKind.self)),
                    .required("country", .nullable(.shape(.country))), .required("observed", .instantText),
                    .required("until", .nullable(.instantText)), .required("anonymizer", .boolean),
                    .required("network", .choice(Evidence.Network.self)),
                    .required("hop", .nullable(.choice(Evidence.Hop.self))),
                ])
    }

    var cutSchema: Schema {
        switch self {
        case .cutOrder:
            .object([
                .optional("id", .id(CutKind.self), "of the caller's; given twice, it stays one cut-off"),
                .required("scope", Component.scope, "what the members have in common; at least one"),
                .required("reason", .shape(.reason), "for those whom it stops"),
                .required(
                    "basis",
                    .object([
                        .optional("kind", .choice(Authority.Kind.self)), .required("file", .shape(.fileName)),
                        .required("sha256", .shape(.digest)), .required("length", .count),
                    ]), "the paper that the order rests on"),
            ])
        case .signature:
            .object([
                .required("person", .id(PersonKind.self)), .required("account", .id(AccountKind.self)),
                .required("at", .instantText),
            ])
        default: receiptSchema
        }
    }

    private static var scope: Schema {
        .someOf([
            .optional("vendor", .id(VendorKind.self)), .optional("model", .id(ModelKind.self)),
            .optional("channel", .choice(Channel.self)), .optional("territory", .shape(.country)),
            .optional("class", .choice(PersonClass.self)),
        ])
    }

    private var receiptSchema: Schema {
        let node = Schema.object([
            .required("node", .id(NodeKind.self)), .required("state", .choice(["acknowledged", "silent"])),
            .required("applied_at", .nullable(.instantText)), .required("last_content_at", .nullable(.instantText)),
            .required("last_reset_at", .nullable(.instantText)), .required("streams", .count),
            .required("log", .nullable(.text)), .required("index", .count),
        ])
        return .object([
            .required("cut", .id(CutKind.self)), .required("scope", Component.scope), .required("reason", .text),
            .required(
                "basis",
                .object([
                    .required("kind", .choice(Authority.Kind.self)), .required("file", .text),
                    .required("sha256", .shape(.digest)), .required("length", .count),
                ])),
            .required(
                "ordered_by",
                .either([
                    .object([.required("person", .id(PersonKind.self))]), .object([.required("uid", .count)]),
                ])),
            .required("at", .instantText),
            .required(
                "recorded", .nullable(.object([.required("ref", .text), .required("durable_at", .instantText)]))),
            .required("nodes", .list(node)), .required("in_force", .boolean),
            .required("signatures", .list(.component(.signature))), .required("reopened_at", .nullable(.instantText)),
        ])
    }

    var ledgerSchema: Schema {
        switch self {
        case .log:
            .object([
                .required("id", .shape(.log)), .required("node", .id(NodeKind.self)),
                .required("custody", .id(CustodyKind.self)), .required("year", .count),
                .required("origin", .text, "the name that its signatures carry"),
            ])
        case .checkpoint:
            .object([
                .required("log", .shape(.log)), .required("origin", .text), .required("size", .count),
                .required("root", .shape(.digest)), .required("note", .text, "the signed note (C2SP tlog-checkpoint)"),
                .required("key", .text, "the log's public key (C2SP signed-note)"),
            ])
        case .record:
            .object([
                .required("ref", .text), .required("log", .shape(.log)), .required("index", .count),
                .required("type", .text), .required("at", .instantText), .required("compartment", .nullable(.text)),
                .required("retention_class", .count), .required("bytes", .count), .required("first", .text),
                .required("previous", .nullable(.text)), .required("body_sha256", .shape(.digest)),
                .required("commitment", .shape(.digest)), .required("leaf_hash", .shape(.digest)),
            ])
        case .proof:
            .object([
                .required("ref", .text), .required("leaf_hash", .shape(.digest)),
                .required("checkpoint", .component(.checkpoint)),
                .required("path", .list(.shape(.digest)), "RFC 6962 section 2.1.1, from the leaf upwards"),
            ])
        default: .open([.required("ref", .text), .required("kind", .text), .required("text", .text)])
        }
    }
}
