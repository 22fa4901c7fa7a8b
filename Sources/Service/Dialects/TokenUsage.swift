/// Tokens as the vendor counted them. Absent is not zero: a price cannot be put on what was not reported.
package struct TokenUsage: Equatable, Sendable {
    /// Input that was neither read from nor written to a cache, where the vendor tells these apart.
    package var input: Int?
    package var output: Int?
    package var cacheRead: Int?
    package var cacheWrite: Int?
    /// The part of `cacheWrite` that is kept for an hour.
    package var cacheWriteHour: Int?
    /// The part of `output` that was reasoning.
    package var reasoning: Int?

    package init(
        input: Int? = nil, output: Int? = nil, cacheRead: Int? = nil, cacheWrite: Int? = nil,
        cacheWriteHour: Int? = nil, reasoning: Int? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWriteHour = cacheWriteHour
        self.reasoning = reasoning
    }

    /// Later reports are cumulative: what they name replaces, what they leave out stays.
    package mutating func update(with later: TokenUsage) {
        input = later.input ?? input
        output = later.output ?? output
        cacheRead = later.cacheRead ?? cacheRead
        cacheWrite = later.cacheWrite ?? cacheWrite
        cacheWriteHour = later.cacheWriteHour ?? cacheWriteHour
        reasoning = later.reasoning ?? reasoning
    }
}
