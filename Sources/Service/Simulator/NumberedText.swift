internal import Bytes

/// What a simulated model says: the SHA-256 of the request it read, then words with their number, some of them not
/// ASCII, so that a reader sees which token is missing, doubled or mangled. The same request has the same answer.
///
///     sha256:9f86d08… tok1 字2 tok3 naïve4 tok5 😀6 tok7 tok8 字9 …
struct NumberedText: Equatable {
    private static let words: [StaticString] = ["tok", "tok", "字", "tok", "naïve", "tok", "😀"]

    /// Lower-case hexadecimal of the request body's SHA-256.
    let digest: [UInt8]
    let tokens: Int

    /// One token; none of its bytes needs an escape in JSON. - Parameter choice: marked on all but the first.
    func append(token: Int, choice: Int = 0, into bytes: inout [UInt8]) {
        if token == 0 {
            bytes.append(ascii: "sha256:")
            bytes.append(contentsOf: digest)
        } else {
            bytes.append(ascii: NumberedText.words[token % NumberedText.words.count])
            bytes.append(decimal: UInt(token))
        }
        if choice > 0 {
            bytes.append(0x2D)
            bytes.append(decimal: UInt(choice))
        }
        bytes.append(0x20)
    }

    func text(choice: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        for token in 0..<tokens { append(token: token, choice: choice, into: &bytes) }
        return bytes
    }

    /// The tokens that lie wholly before the earliest of `stops`, and which one it is; nil when none occurs.
    func tokens(before stops: [[UInt8]]) -> (tokens: Int, stop: Int)? {
        var text: [UInt8] = []
        var ends: [Int] = []
        for token in 0..<tokens {
            append(token: token, into: &text)
            ends.append(text.count)
        }
        var first: (offset: Int, stop: Int)?
        for (index, stop) in stops.enumerated() {
            guard let offset = NumberedText.offset(of: stop, in: text) else { continue }
            if offset < first?.offset ?? Int.max { first = (offset, index) }
        }
        guard let first else { return nil }
        return (ends.prefix { $0 <= first.offset }.count, first.stop)
    }

    private static func offset(of pattern: [UInt8], in text: [UInt8]) -> Int? {
        guard let head = pattern.first, pattern.count <= text.count else { return nil }
        for offset in 0...(text.count - pattern.count)
        where text[offset] == head && text[offset..<offset + pattern.count].elementsEqual(pattern) { return offset }
        return nil
    }
}
