internal import Crypto
internal import HTTP

/// A strong entity tag (RFC 9110 section 8.8.3): the beginning of the SHA-256 of what is answered.
struct EntityTag: Equatable, Sendable {
    let text: String

    init(of body: [UInt8]) { text = "\"" + SHA256.digest(body).hexadecimal.prefix(32) + "\"" }

    /// What `if-match` and `if-none-match` ask (RFC 9110 section 13.1). Weak tags never match: `if-match` must not take
    /// them, and none are given.
    struct Conditions: Sendable {
        let match: [String]?
        let noneMatch: [String]?

        init(_ fields: HeaderFields) {
            match = Conditions.list(fields, "if-match")
            noneMatch = Conditions.list(fields, "if-none-match")
        }

        private static func list(_ fields: HeaderFields, _ name: StaticString) -> [String]? {
            let values = fields.all.filter { $0.name == "\(name)" }
            guard !values.isEmpty else { return nil }
            return values.flatMap { value in
                value.value.split(separator: ",").map { String($0.trimmed) }
            }
        }

        /// Whether a reader has this already.
        func has(_ tag: EntityTag) -> Bool {
            noneMatch?.contains { $0 == "*" || $0 == tag.text || $0 == "W/" + tag.text } ?? false
        }

        /// Judges a change of a thing.
        /// - Parameter present: its tag now; nil when there is no such thing yet.
        func mayReplace(_ present: EntityTag?) throws(Problem) {
            if let noneMatch, let present, noneMatch.contains(where: { $0 == "*" || $0 == present.text }) {
                throw Problem(
                    .preconditionFailed, field: "if-none-match",
                    "if-none-match: it is there already, as \(present.text)")
            }
            guard let match else {
                guard present != nil, noneMatch == nil else { return }
                throw Problem(
                    .exists, field: "if-match",
                    "if-match: send the `etag` of what is replaced, so that nobody's change is lost")
            }
            guard let present, match.contains(where: { $0 == "*" || $0 == present.text }) else {
                throw Problem(
                    .preconditionFailed, field: "if-match", "if-match: it has changed since; read it again and repeat")
            }
        }
    }
}

extension StringProtocol {
    /// Without the blanks around it (OWS of RFC 9110 section 5.6.3).
    var trimmed: SubSequence {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var rest = self.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
