/// Decides what to answer to an accepted request. Pure: the same request, digest and play give the same draft.
struct Drafting {
    /// Bytes of one token of JSON.
    private static let pieceLength = 12
    private static let thinkingTokens = 3

    let request: ChatRequest
    let digest: [UInt8]
    let play: Play

    func draft() -> Draft {
        var draft = Draft()
        if !request.forced.isEmpty {
            draft.calls = request.forced.map { forced in
                Draft.Call(
                    name: forced.name,
                    arguments: Draft.pieces(of: SampleJSON.value(for: forced.parameters), length: Drafting.pieceLength))
            }
            draft.ending = request.endsWithCalls ? .calls : .natural
        } else {
            speak(&draft)
        }
        if let reason = play.finishReason { draft.ending = .other(reason) }
        return draft
    }

    private func speak(_ draft: inout Draft) {
        switch request.structure {
        case .json: draft.speech = .pieces(Draft.pieces(of: SampleJSON.value(for: nil), length: Drafting.pieceLength))
        case .schema(let schema):
            draft.speech = .pieces(Draft.pieces(of: SampleJSON.value(for: schema), length: Drafting.pieceLength))
        case .freeText:
            let allowed = request.tokenLimit
            let wanted = play.tokens ?? allowed ?? ChatRequest.usualTokens
            let tokens = min(wanted, allowed ?? wanted)
            if request.thinks { draft.thinking = min(Drafting.thinkingTokens, tokens) }
            let text = NumberedText(digest: digest, tokens: tokens - draft.thinking)
            draft.speech = .numbered(text)
            draft.ending = allowed == tokens ? .limit : .natural
            let stops = request.stops.filter { !$0.isEmpty }
            if let stop = stops.isEmpty ? nil : text.tokens(before: stops.map { Array($0.utf8) }) {
                draft.speech = .numbered(NumberedText(digest: digest, tokens: stop.tokens))
                draft.ending = .stop(sequence: stops[stop.stop])
            }
        }
    }
}
