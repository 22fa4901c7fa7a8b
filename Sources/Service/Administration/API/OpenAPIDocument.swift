internal import Identity
internal import JSON

/// The description of `/api` (OpenAPI 3.1), written from the same declarations that route, check and guard.
struct OpenAPIDocument {
    let operations: [Operation]
    let version: String

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.member("openapi", "3.1.0")
            document.member(
                "info",
                object: { info in
                    info.member("title", "Portcullis administration")
                    info.member("version", version)
                    info.member("description", OpenAPIDocument.introduction)
                })
            document.member("servers", array: { list in list.object { $0.member("url", "/") } })
            document.member("paths", object: { paths(&$0) })
            document.member("components", object: { components(&$0) })
        }
        return writer.bytes
    }

    private static let introduction = """
        Lists answer `{items, next}`: `limit` and `after` page through them, `after` being the `next` of the page before. \
        Single things carry an `etag`; `if-none-match` answers 304. What replaces a thing needs `if-match`. A POST may \
        carry `idempotency-key` (1 to 128 visible characters, kept for 24 hours): the same call with the same key is \
        done once and answered alike, another call with it is refused with 422. Errors are `application/problem+json` \
        (RFC 9457) with a stable `code`. The Unix socket of an installation serves the same without a key.
        """

    // MARK: Paths

    private func paths(_ object: inout JSONWriter) {
        var order: [String] = []
        for operation in operations where !order.contains(operation.path) { order.append(operation.path) }
        for path in order {
            object.member(
                path,
                object: { item in
                    for operation in operations where operation.path == path {
                        item.member(operation.method.rawValue.lowercased(), object: { write(operation, &$0) })
                    }
                })
        }
    }

    private func write(_ operation: Operation, _ object: inout JSONWriter) {
        object.member("operationId", operation.id)
        object.member("summary", operation.summary)
        object.member("tags", array: { $0.string(operation.tag) })
        object.member("description", operation.description)
        if case .right(let right) = operation.access { object.member("x-right", right.rawValue) }
        if case .rightOrOwn(let right) = operation.access { object.member("x-right", right.rawValue) }
        object.member(
            "security",
            array: { list in
                if case .anyone = operation.access { return }
                list.object { $0.member("key", array: { _ in }) }
            })
        if !operation.place.isEmpty || !operation.query.isEmpty {
            object.member(
                "parameters",
                array: { list in
                    for parameter in operation.place { write(parameter, "path", &list) }
                    for parameter in operation.query { write(parameter, "query", &list) }
                })
        }
        write(operation.body, &object)
        object.member("responses", object: { responses(operation, &$0) })
    }

    private func write(_ parameter: Parameter, _ place: String, _ list: inout JSONWriter) {
        list.object { object in
            object.member("name", parameter.name)
            object.member("in", place)
            object.member("required", place == "path")
            object.member("description", parameter.note)
            object.key("schema")
            parameter.schema.write(&object)
        }
    }

    private func write(_ body: Operation.Body, _ object: inout JSONWriter) {
        switch body {
        case .none: break
        case .json(let schema, let isRequired):
            object.member(
                "requestBody",
                object: { request in
                    request.member("required", isRequired)
                    content("application/json", &request) { schema.write(&$0) }
                })
        case .bytes(let types, _):
            object.member(
                "requestBody",
                object: { request in
                    request.member("required", true)
                    request.member(
                        "content",
                        object: { content in
                            for type in types {
                                content.member(type, object: { $0.member("schema", object: { _ in }) })
                            }
                        })
                })
        }
    }

    private func content(_ type: String, _ object: inout JSONWriter, _ schema: (inout JSONWriter) -> Void) {
        object.member(
            "content",
            object: { content in
                content.member(
                    type,
                    object: { media in
                        media.key("schema")
                        schema(&media)
                    })
            })
    }

    // MARK: Answers

    private func responses(_ operation: Operation, _ object: inout JSONWriter) {
        for status in [200] + operation.alsoAnswers {
            object.member(
                "\(status)",
                object: { response in
                    response.member("description", status == 201 ? "made" : "done")
                    if operation.isTagged { tagHeader(&response) }
                    content("application/json", &response) { operation.answer.write(&$0) }
                })
        }
        if operation.isTagged, operation.method == .get {
            object.member("304", object: { $0.member("description", "not changed since `if-none-match`") })
        }
        let problems = operation.problems
        for status in Set(problems.map(\.status)).sorted() {
            let codes = problems.filter { $0.status == status }.map(\.rawValue)
            object.member(
                "\(status)",
                object: { response in
                    response.member("description", codes.joined(separator: ", "))
                    content(Problem.mediaType, &response) {
                        $0.object { $0.member("$ref", "#/components/schemas/Problem") }
                    }
                })
        }
    }

    private func tagHeader(_ response: inout JSONWriter) {
        response.member(
            "headers",
            object: { headers in
                headers.member(
                    "etag",
                    object: { header in
                        header.member("required", true)
                        header.member("schema", object: { $0.member("type", "string") })
                    })
            })
    }

    // MARK: Components

    private func components(_ object: inout JSONWriter) {
        object.member(
            "schemas",
            object: { schemas in
                for component in Component.allCases {
                    schemas.key(component.rawValue)
                    component.schema.write(&schemas)
                }
            })
        object.member(
            "securitySchemes",
            object: { schemes in
                schemes.member(
                    "key",
                    object: { scheme in
                        scheme.member("type", "http")
                        scheme.member("scheme", "bearer")
                        scheme.member("description", "a person's key")
                    })
            })
    }
}

extension Operation {
    /// The first part of the path behind `/api`.
    fileprivate var tag: String { String(path.split(separator: "/").dropFirst().first ?? "api") }

    fileprivate var description: String {
        var sentences: [String] = []
        switch access {
        case .anyone: sentences.append("Nobody is asked for a key.")
        case .ownKey: sentences.append("The key itself decides.")
        case .anybody: sentences.append("Anybody with a valid key.")
        case .right(let right):
            sentences.append("Needs the right `\(right.rawValue)`: \(right.holders).")
        case .rightOrOwn(let right):
            sentences.append("With the right `\(right.rawValue)` (\(right.holders)) everybody's; else one's own.")
        case .installation: sentences.append("Programs of the installation.")
        }
        if isIdempotent { sentences.append("Takes `idempotency-key`.") }
        if refuses.contains(.exists) { sentences.append("Needs `if-match` when the thing exists.") }
        return sentences.joined(separator: " ")
    }
}
