/// The first thing in a request that its schema does not allow, and where it stands.
struct SchemaFault: Error, Equatable {
    enum Part: Equatable {
        case key(String)
        case index(Int)
        /// Which record of a tagged object was taken; only one of the protocols shows it.
        case tag(String)
    }

    enum Kind: String, Equatable {
        case object, array, string, integer, decimal, boolean, null
    }

    enum Problem: Equatable {
        case unknownField
        case missing
        case wrongType(expected: [Kind], got: Kind)
        case notAllowed(got: String, allowed: [String])
        case unknownTag(field: String, got: String, allowed: [String])
        case tooSmall(minimum: String, got: String, isInteger: Bool)
        case tooLarge(maximum: String, got: String, isInteger: Bool)
        case tooFew(minimum: Int, got: Int)
        case tooMany(maximum: Int, got: Int)
        case tooShort(minimum: Int, got: Int)
        case tooLong(maximum: Int, got: Int)
    }

    var path: [Part]
    var problem: Problem

    /// `messages[0].content`, as OpenAI writes places.
    var bracketed: String {
        var text = ""
        for part in path {
            switch part {
            case .key(let key): text += text.isEmpty ? key : "." + key
            case .index(let index): text += "[\(index)]"
            case .tag: break
            }
        }
        return text
    }

    /// `messages.0.content`, as Anthropic writes places.
    var dotted: String {
        path.map { part in
            switch part {
            case .key(let key), .tag(let key): key
            case .index(let index): String(index)
            }
        }.joined(separator: ".")
    }
}
