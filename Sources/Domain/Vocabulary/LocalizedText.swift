/// A sentence for people, in the languages of the firm: BCP 47 tag to text. English always exists.
package struct LocalizedText: Hashable, Sendable {
    package let english: String
    /// Sorted by tag; without `en`.
    package let others: [(language: String, text: String)]

    package init(_ english: String, others: [String: String] = [:]) {
        self.english = english
        self.others = others.sorted { $0.key < $1.key }.map { (language: $0.key, text: $0.value) }
    }

    package static func == (left: LocalizedText, right: LocalizedText) -> Bool {
        left.english == right.english && left.others.elementsEqual(right.others) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(english)
        for other in others {
            hasher.combine(other.language)
            hasher.combine(other.text)
        }
    }
}
