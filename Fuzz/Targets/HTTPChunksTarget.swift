internal import HTTP

/// The chunked coding: the same body or the same fault, however the bytes arrive.
struct HTTPChunksTarget: FuzzTarget {
    static let name = "http-chunks"

    func run(_ input: [UInt8]) {
        let (header, pieces) = InputCuts.split(input, header: 4)
        let text = input.dropFirst(header.count)
        let whole = decode([text])
        let cut = decode(pieces)
        let bytewise = decode(text.indices.map { text[$0...$0] })
        precondition(whole == cut && whole == bytewise, "the cuts changed a body")
        precondition(whole.body.count <= text.count)
    }

    private struct Outcome: Equatable {
        var body: [UInt8] = []
        var used = 0
        var hasEnded = false
        var fault: HTTPFault?
    }

    private func decode(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
        var decoder = ChunkDecoder()
        var outcome = Outcome()
        for piece in pieces where !outcome.hasEnded && outcome.fault == nil {
            piece.withUnsafeBytes { bytes in
                do throws(HTTPFault) {
                    try step(&decoder, bytes, &outcome)
                } catch { outcome.fault = error }
            }
        }
        if outcome.fault != nil { outcome.used = 0 }
        return outcome
    }

    private func step(
        _ decoder: inout ChunkDecoder, _ bytes: UnsafeRawBufferPointer, _ outcome: inout Outcome
    ) throws(HTTPFault) {
        var position = 0
        while true {
            switch try decoder.next(bytes, &position) {
            case .data(let range): outcome.body += bytes[range]
            case .needMore:
                precondition(position == bytes.count, "bytes were left and more are wanted")
                outcome.used += position
                return
            case .end:
                outcome.used += position
                outcome.hasEnded = true
                return
            }
        }
    }
}
