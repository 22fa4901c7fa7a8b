/// What an answer says about itself.
package struct AnswerFacts: Equatable, Sendable {
    /// The vendor's id of the answer.
    package var id: String?
    package var modelReported: String?
    /// Where the vendor says it was computed.
    package var regionReported: String?
    /// Why the model stopped, in the vendor's word.
    package var finish: String?
    package var usage: TokenUsage?
    /// The type or code of an error inside a stream.
    package var errorType: String?

    package init() {}

    mutating func update(usage later: TokenUsage) {
        var sum = usage ?? TokenUsage()
        sum.update(with: later)
        usage = sum
    }
}
