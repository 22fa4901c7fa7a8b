internal import Bytes
internal import Dialects

/// Streamed answers of both dialects: what came and the splices make what is shown, and the cuts change nothing.
struct AnswerTarget: FuzzTarget {
    static let name = "answer"
    private static let header = 5

    func run(_ input: [UInt8]) throws {
        guard let first = input.first else { return }
        let (header, pieces) = InputCuts.split(Array(input.dropFirst()), header: AnswerTarget.header - 1)
        let text = input.dropFirst(1 + header.count)
        if first & 1 == 0 {
            try compare(OpenAIChatCompletions(), text, pieces, hidesUsage: first & 2 == 0)
        } else {
            try compare(AnthropicMessages(), text, pieces, hidesUsage: first & 2 == 0)
        }
    }

    private func compare(
        _ endpoint: some Endpoint, _ text: ArraySlice<UInt8>, _ pieces: [ArraySlice<UInt8>], hidesUsage: Bool
    ) throws {
        let whole = try relay(endpoint, [text], hidesUsage)
        let cut = try relay(endpoint, pieces, hidesUsage)
        // In pieces a byte order mark is malformed, whole it is taken away: either way no client sees it.
        if text.first == 0xEF { return }
        try promise(whole.state == cut.state && whole.fault == cut.fault, "the cuts changed what an answer says")
        // A LF that continues a CR goes with whichever event is at hand.
        try promise(
            whole.shown.filter { $0 != 0x0A } == cut.shown.filter { $0 != 0x0A }, "the cuts changed what is shown")
    }

    private func relay(
        _ endpoint: some Endpoint, _ pieces: [ArraySlice<UInt8>], _ hidesUsage: Bool
    ) throws -> (shown: [UInt8], state: AnswerState, fault: UpstreamFault?) {
        var answer = AnswerStream(endpoint, hidesUsage: hidesUsage)
        var scratch = AnswerScratch()
        var shown: [UInt8] = []
        var splices: [Splice] = []
        for piece in pieces {
            piece.withUnsafeBytes { answer.feed($0, shown: &shown, splices: &splices, with: &scratch) }
        }
        answer.finish(shown: &shown, splices: &splices, with: &scratch)
        let fault = answer.fault
        if fault != nil { answer.abandon(with: Array("!".utf8), shown: &shown, splices: &splices) }
        try promise(
            pieces.flatMap { $0 }.applying(splices) == shown, "what came and the splices do not make what is shown")
        return (shown, answer.state, fault)
    }
}
