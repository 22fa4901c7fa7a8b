/// An answer in the words of one protocol: an opening, paced beats and a closing, or the whole at once.
enum Answer {
    case openAI(OpenAIAnswer)
    case anthropic(AnthropicAnswer)

    var wire: VendorProtocol {
        switch self {
        case .openAI: .openAI
        case .anthropic: .anthropic
        }
    }

    /// Pieces between opening and closing.
    var beats: Int {
        switch self {
        case .openAI(let answer): answer.beats
        case .anthropic(let answer): answer.beats
        }
    }

    func appendOpening(into bytes: inout [UInt8]) {
        switch self {
        case .openAI(let answer): answer.appendOpening(into: &bytes)
        case .anthropic(let answer): answer.appendOpening(into: &bytes)
        }
    }

    func append(beat: Int, into bytes: inout [UInt8]) {
        switch self {
        case .openAI(let answer): answer.append(beat: beat, into: &bytes)
        case .anthropic(let answer): answer.append(beat: beat, into: &bytes)
        }
    }

    func appendClosing(into bytes: inout [UInt8]) {
        switch self {
        case .openAI(let answer): answer.appendClosing(into: &bytes)
        case .anthropic(let answer): answer.appendClosing(into: &bytes)
        }
    }

    func whole() -> [UInt8] {
        switch self {
        case .openAI(let answer): answer.whole()
        case .anthropic(let answer): answer.whole()
        }
    }
}
