package import Vocabulary

/// A statement of a source, graded and dated, that a rule rests on or that speaks against it. Never a rule by itself.
package struct Claim: Hashable, Sendable {
    package enum Stance: String, CaseIterable, Sendable { case supports, contradicts, context }
    package enum Nature: String, CaseIterable, Sendable { case fact, allegation, opinion, forecast }
    /// A is a primary text, E is worthless.
    package enum Grade: String, CaseIterable, Sendable { case a = "A", b = "B", c = "C", d = "D", e = "E" }

    package var id: ClaimID
    package var stance: Stance
    package var nature: Nature
    package var grade: Grade
    package var text: String
    package var source: String
    package var retrieved: Instant

    package init(
        id: ClaimID, stance: Stance, nature: Nature, grade: Grade, text: String, source: String, retrieved: Instant
    ) {
        self.id = id
        self.stance = stance
        self.nature = nature
        self.grade = grade
        self.text = text
        self.source = source
        self.retrieved = retrieved
    }
}
