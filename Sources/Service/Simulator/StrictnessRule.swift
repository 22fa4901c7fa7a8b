/// Every reason for which a request is turned away, by name: the table of docs/simulator.md, which a test walks
/// through.
enum StrictnessRule: String, CaseIterable, Sendable {
    // The key and the address.
    case keyMissing = "key-missing"
    case keyWrong = "key-wrong"
    case pathUnknown = "path-unknown"
    case methodWrong = "method-wrong"
    case versionMissing = "version-missing"
    case versionMalformed = "version-malformed"
    case contentTypeWrong = "content-type-wrong"
    case contentCoded = "content-coded"
    // The document.
    case notJSON = "not-json"
    case duplicateKey = "duplicate-key"
    case notAnObject = "not-an-object"
    // The schema.
    case unknownField = "unknown-field"
    case missingField = "missing-field"
    case wrongType = "wrong-type"
    case valueNotAllowed = "value-not-allowed"
    case numberTooSmall = "number-too-small"
    case numberTooLarge = "number-too-large"
    case listTooShort = "list-too-short"
    case listTooLong = "list-too-long"
    case textTooShort = "text-too-short"
    case textTooLong = "text-too-long"
    // The model.
    case modelUnknown = "model-unknown"
    case modelLacksParameter = "model-lacks-parameter"
    case tooManyTokens = "too-many-tokens"
    // What belongs together.
    case streamOptionsWithoutStream = "stream-options-without-stream"
    case tokenLimitTwice = "token-limit-twice"
    case toolChoiceWithoutTools = "tool-choice-without-tools"
    case toolChoiceUnknown = "tool-choice-unknown"
    case toolNameTwice = "tool-name-twice"
    case parallelCallsWithoutTools = "parallel-calls-without-tools"
    case topLogprobsWithoutLogprobs = "top-logprobs-without-logprobs"
    case jsonModeWithoutTheWord = "json-mode-without-the-word"
    case thinkingBudgetTooLarge = "thinking-budget-too-large"
    case thinkingWithTemperature = "thinking-with-temperature"
    case thinkingWithForcedTool = "thinking-with-forced-tool"
    case stopOnlyWhitespace = "stop-only-whitespace"
    // The conversation.
    case toolResultWithoutCall = "tool-result-without-call"
    case callWithoutToolResult = "call-without-tool-result"
    case emptyMessage = "empty-message"
    case firstMessageNotUser = "first-message-not-user"
    case finalWhitespace = "final-whitespace"
    case rolesNotAlternating = "roles-not-alternating"
    case blockMisplaced = "block-misplaced"
    // What this program does not imitate, said instead of done wrong; and a script that it cannot play.
    case notSimulated = "not-simulated"
    case scriptFaulty = "script-faulty"
}
