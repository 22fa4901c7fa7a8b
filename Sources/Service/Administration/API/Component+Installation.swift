internal import Identity
internal import Vocabulary

extension Component {
    var bundleSchema: Schema {
        switch self {
        case .bundle:
            .object([
                .required("hash", .shape(.digest)), .required("name", .text),
                .required("activated", .nullable(.instantText)),
            ])
        case .activation:
            .object([
                .required("hash", .shape(.digest)), .required("name", .text),
                .required("previous", .nullable(.shape(.digest))), .required("ref", .text),
                .required(
                    "gateways",
                    .list(.object([.required("node", .id(NodeKind.self)), .required("applied", .boolean)]))),
            ])
        case .model:
            .object([
                .required("id", .id(ModelKind.self)), .required("vendor", .id(VendorKind.self)),
                .required(
                    "deployments",
                    .list(
                        .object([
                            .required("id", .id(DeploymentKind.self)),
                            .required("protocol", .choice(WireProtocol.self)),
                            .required("operator", .id(VendorKind.self)), .required("channel", .choice(Channel.self)),
                            .required("inside_perimeter", .boolean),
                        ]))),
            ])
        default:
            .object([
                .required("id", .id(UseCaseKind.self)), .required("name", .text), .required("purpose", .text),
                .required("risk_tier", .text), .required("highest_label", .choice(DataLabel.self)),
                .required("owner", .text, "a function"), .required("models", .nullable(.list(.id(ModelKind.self)))),
                .required("flags", .list(.choice(DataFlag.self))), .required("markets", .list(.text)),
                .required("human_review", .boolean),
            ])
        }
    }

    var statusSchema: Schema {
        switch self {
        case .alert:
            .object([
                .required("id", .count), .required("at", .instantText), .required("kind", .text),
                .required("person", .nullable(.id(PersonKind.self))), .required("detail", .text),
            ])
        default: installationSchema
        }
    }

    private var installationSchema: Schema {
        let gateway = Schema.object([
            .required("node", .id(NodeKind.self)), .required("reachable", .boolean), .required("revision", .count),
            .required("policy", .nullable(.text)), .required("open_answers", .count),
        ])
        let program = Schema.object([
            .required("name", .text), .required("pid", .nullable(.count)), .required("restarts", .count),
            .required("ends_in_a_row", .count), .required("last_end", .nullable(.text)),
            .required("last_end_at", .nullable(.instantText)), .required("why", .nullable(.text)),
            .required("delay_ms", .count),
        ])
        return .object([
            .required("node", .text), .required("ready", .boolean), .required("problems", .list(.text)),
            .required("revision", .count),
            .required(
                "bundle", .nullable(.object([.required("hash", .shape(.digest)), .required("name", .text)]))),
            .required("terms", .nullable(.text)), .required("gateways", .list(gateway)),
            .required("programs", .list(program), "as the supervisor last wrote them"),
            .required("cuts_in_force", .count), .required("people", .count), .required("keys", .count),
        ])
    }
}
