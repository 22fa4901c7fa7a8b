/// A parameter of an operation's path or query.
struct Parameter: Sendable {
    let name: String
    let schema: Schema
    let note: String

    init(_ name: String, _ schema: Schema, _ note: String) {
        self.name = name
        self.schema = schema
        self.note = note
    }

    /// Nil when the text fits; else what was expected.
    func fault(in text: String) -> String? {
        switch schema {
        case .shape(let shape): shape.accepts(text) ? nil : "expected \(shape.expected)"
        case .choice(let choices): choices.contains(text) ? nil : "expected one of " + choices.joined(separator: ", ")
        case .integer(let range): integerFault(text, range)
        case .boolean: text == "true" || text == "false" ? nil : "expected true or false"
        case .text(let length):
            length.contains(text.unicodeScalars.count)
                ? nil : "must have \(length.lowerBound) to \(length.upperBound) characters"
        default: "cannot be given in a URL"
        }
    }

    private func integerFault(_ text: String, _ range: ClosedRange<Int64>) -> String? {
        if let number = Int64(text), range.contains(number), String(number) == text { return nil }
        return "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
}
