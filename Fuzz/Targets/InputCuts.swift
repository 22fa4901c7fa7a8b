/// Where an input is cut into pieces: the parsers take bytes as sockets give them, and must not care.
struct InputCuts {
    /// The cuts come from the first bytes of the input, the rest is the text: a fuzzer moves both.
    static func split(_ input: [UInt8], header: Int) -> (header: ArraySlice<UInt8>, pieces: [ArraySlice<UInt8>]) {
        let header = input.prefix(header)
        let text = input.dropFirst(header.count)
        var pieces: [ArraySlice<UInt8>] = []
        var position = text.startIndex
        for cut in header where position < text.endIndex {
            let end = min(text.endIndex, position + 1 + Int(cut))
            pieces.append(text[position..<end])
            position = end
        }
        if position < text.endIndex { pieces.append(text[position...]) }
        return (header, pieces)
    }
}
