extension VendorFault {
    /// A schema's fault in the words of the vendor whose protocol it is.
    init(_ fault: SchemaFault, _ wire: VendorProtocol) {
        switch wire {
        case .openAI: self = VendorFault.openAI(fault)
        case .anthropic: self = VendorFault.anthropic(fault)
        }
    }

    private static func rule(_ problem: SchemaFault.Problem) -> StrictnessRule {
        switch problem {
        case .unknownField: .unknownField
        case .missing: .missingField
        case .wrongType: .wrongType
        case .notAllowed, .unknownTag: .valueNotAllowed
        case .tooSmall: .numberTooSmall
        case .tooLarge: .numberTooLarge
        case .tooFew: .listTooShort
        case .tooMany: .listTooLong
        case .tooShort: .textTooShort
        case .tooLong: .textTooLong
        }
    }

    private static func openAI(_ fault: SchemaFault) -> VendorFault {
        var param = fault.bracketed
        let message: String
        let code: String
        switch fault.problem {
        case .unknownField: (message, code) = ("Unknown parameter: '\(param)'.", "unknown_parameter")
        case .missing: (message, code) = ("Missing required parameter: '\(param)'.", "missing_required_parameter")
        case .wrongType(let expected, let got):
            let kinds = expected.filter { $0 != .null }.map { article($0) }
            message =
                "Invalid type for '\(param)': expected \(sentence(one: kinds, last: "or")), "
                + "but got \(article(got)) instead."
            code = "invalid_type"
        case .notAllowed(let got, let allowed):
            message = values(got, allowed)
            code = "invalid_value"
        case .unknownTag(let field, let got, let allowed):
            message = values(got, allowed)
            code = "invalid_value"
            param += param.isEmpty ? field : "." + field
        case .tooSmall(let minimum, let got, let isInteger):
            let kind = isInteger ? "integer" : "decimal"
            message =
                "Invalid '\(param)': \(kind) below minimum value. Expected a value >= \(minimum), "
                + "but got \(got) instead."
            code = kind + "_below_min_value"
        case .tooLarge(let maximum, let got, let isInteger):
            let kind = isInteger ? "integer" : "decimal"
            message =
                "Invalid '\(param)': \(kind) above maximum value. Expected a value <= \(maximum), "
                + "but got \(got) instead."
            code = kind + "_above_max_value"
        case .tooFew(let minimum, let got):
            message = length(param, "array", "minimum", minimum, got)
            code = got == 0 ? "empty_array" : "array_below_min_length"
        case .tooMany(let maximum, let got):
            message = length(param, "array", "maximum", maximum, got)
            code = "array_above_max_length"
        case .tooShort(let minimum, let got):
            message = length(param, "string", "minimum", minimum, got)
            code = got == 0 ? "empty_string" : "string_below_min_length"
        case .tooLong(let maximum, let got):
            message = length(param, "string", "maximum", maximum, got)
            code = "string_above_max_length"
        }
        return VendorFault(
            rule: rule(fault.problem), status: 400, message: message, code: code, param: param.isEmpty ? nil : param)
    }

    private static func anthropic(_ fault: SchemaFault) -> VendorFault {
        let text =
            switch fault.problem {
            case .unknownField: "Extra inputs are not permitted"
            case .missing: "Field required"
            case .wrongType(let expected, _): "Input should be a valid \(word(expected))"
            case .notAllowed(_, let allowed): "Input should be \(sentence(one: allowed.map { "'\($0)'" }, last: "or"))"
            case .unknownTag(let field, let got, let allowed):
                "Input tag '\(got)' found using '\(field)' does not match any of the expected tags: "
                    + allowed.map { "'\($0)'" }.joined(separator: ", ")
            case .tooSmall(let minimum, _, _): "Input should be greater than or equal to \(minimum)"
            case .tooLarge(let maximum, _, _): "Input should be less than or equal to \(maximum)"
            case .tooFew(let minimum, let got):
                "List should have at least \(items(minimum)) after validation, not \(got)"
            case .tooMany(let maximum, let got):
                "List should have at most \(items(maximum)) after validation, not \(got)"
            case .tooShort(let minimum, _): "String should have at least \(characters(minimum))"
            case .tooLong(let maximum, _): "String should have at most \(characters(maximum))"
            }
        let place = fault.dotted
        return VendorFault(
            rule: rule(fault.problem), status: 400, message: place.isEmpty ? text : "\(place): \(text)")
    }

    private static func values(_ got: String, _ allowed: [String]) -> String {
        "Invalid value: '\(got)'. Supported values are: \(sentence(one: allowed.map { "'\($0)'" }, last: "and"))."
    }

    private static func length(_ param: String, _ kind: String, _ side: String, _ bound: Int, _ got: Int) -> String {
        let problem = got == 0 ? "empty \(kind)" : "\(kind) too \(side == "minimum" ? "short" : "long")"
        let had = got == 0 ? "an empty \(kind)" : "\(kind == "array" ? "an array" : "a string") with length \(got)"
        let article = kind == "array" ? "an array" : "a string"
        return
            "Invalid '\(param)': \(problem). Expected \(article) with \(side) length \(bound), but got \(had) instead."
    }

    private static func article(_ kind: SchemaFault.Kind) -> String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .integer: "an integer"
        case .decimal: "a decimal"
        case .boolean: "a boolean"
        case .null: "null"
        }
    }

    private static func word(_ expected: [SchemaFault.Kind]) -> String {
        switch expected.first {
        case .object: "dictionary"
        case .array: "list"
        case .integer: "integer"
        case .decimal: "number"
        case .boolean: "boolean"
        case .string, .null, nil: "string"
        }
    }

    private static func items(_ count: Int) -> String { count == 1 ? "1 item" : "\(count) items" }
    private static func characters(_ count: Int) -> String { count == 1 ? "1 character" : "\(count) characters" }

    private static func sentence(one parts: [String], last word: String) -> String {
        switch parts.count {
        case 0, 1: parts.first ?? ""
        case 2: "\(parts[0]) \(word) \(parts[1])"
        default: parts.dropLast().joined(separator: ", ") + ", \(word) " + (parts.last ?? "")
        }
    }
}
