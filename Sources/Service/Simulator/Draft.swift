/// What is to be answered, before it is put into a protocol's words.
struct Draft: Equatable {
    enum Speech: Equatable {
        case none
        case numbered(NumberedText)
        /// A text in pieces, one a token; for structured output.
        case pieces([[UInt8]])
    }

    /// A call of one of the caller's tools.
    struct Call: Equatable {
        var name: String
        /// JSON in pieces, one a token.
        var arguments: [[UInt8]]
    }

    enum Ending: Equatable {
        case natural
        /// As many tokens as were allowed.
        case limit
        case stop(sequence: String)
        case calls
        /// A script's word, written as it is.
        case other(String)
    }

    /// Tokens of thinking that are shown before anything else.
    var thinking = 0
    var speech = Speech.none
    var calls: [Call] = []
    var ending = Ending.natural

    var speechTokens: Int {
        switch speech {
        case .none: 0
        case .numbered(let text): text.tokens
        case .pieces(let pieces): pieces.count
        }
    }

    var outputTokens: Int { thinking + speechTokens + calls.reduce(0) { $0 + $1.arguments.count } }
}

extension Draft {
    /// Splits a text into pieces of `length` bytes at least, never inside a character.
    static func pieces(of text: [UInt8], length: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var piece: [UInt8] = []
        for byte in text {
            let continues = byte & 0xC0 == 0x80
            if piece.count >= length, !continues {
                pieces.append(piece)
                piece = []
            }
            piece.append(byte)
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }
}
