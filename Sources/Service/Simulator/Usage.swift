/// Tokens as the vendor counts them: the output exactly, the input as a quarter of the body's bytes.
struct Usage: Equatable {
    var input: Int
    var output: Int
    var thinking = 0

    var total: Int { input + output }

    static func inputTokens(bodyLength: Int) -> Int { max(1, (bodyLength + 3) / 4) }
}
