/// The stretch of text that detectors look at: characters decoded and folded, in UTF-8, with the way back to the bytes
/// of the input. It moves over a piece of any length with fixed memory, keeping some text on both sides of where a
/// match may begin, so that no match is lost at a border and none costs more than its neighbourhood.
struct TextWindow {
    /// LIMIT: folded bytes looked at in one go.
    static let capacity = 16 * 1024
    /// LIMIT: folded bytes that a match with its context may reach to either side: 34 characters with separators of
    /// four, and 100 characters of context of up to four bytes.
    static let margin = 640

    /// From `index` on, a byte of the window came from the byte `shift` further on in the input.
    private struct Segment {
        var index: Int
        var shift: Int
    }

    private var bytes: [UInt8]
    /// Sorted by index; one more only where a character is longer or shorter in the input than here.
    private var segments: [Segment] = []
    private var count = 0
    /// Next byte of the input to read.
    private var position = 0
    private var end = 0
    private var lastWasReturn = false
    private var readsPercent = false
    /// Where matches may begin.
    private(set) var starts = 0..<0

    init() {
        // Four bytes more than a full window, so that a character may be written before the room is checked.
        bytes = [UInt8](repeating: 0, count: TextWindow.capacity + 4)
    }

    func withText<Result>(_ body: (FoldedText) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(FoldedText(UnsafeBufferPointer(rebasing: $0[..<count]))) }
    }

    /// Begins with the piece at `range` of an input.
    /// - Parameter readsPercent: whether `%34` is read as `4`.
    mutating func begin(_ range: Range<Int>, readsPercent: Bool) {
        self.readsPercent = readsPercent
        count = 0
        position = range.lowerBound
        end = range.upperBound
        segments.removeAll(keepingCapacity: true)
        lastWasReturn = false
        starts = 0..<0
    }

    /// Moves on over `input` and says by how much every place in the window became less; nil when all has been looked
    /// at.
    mutating func advance(over input: UnsafeRawBufferPointer) -> Int? {
        guard position < end || starts.upperBound < count else { return nil }
        let dropped = max(0, starts.upperBound - TextWindow.margin)
        drop(dropped)
        let first = starts.upperBound - dropped
        fill(from: UnsafeRawBufferPointer(rebasing: input[..<end]))
        starts = first..<(position == end ? count : count - TextWindow.margin)
        return dropped
    }

    /// The bytes of the input that the characters of `match` came from.
    func source(of match: Range<Int>, in input: UnsafeRawBufferPointer) -> Range<Int> {
        let last = source(of: match.upperBound - 1)
        let piece = UnsafeRawBufferPointer(rebasing: input[..<end])
        return source(of: match.lowerBound)..<last + character(of: piece, at: last).length
    }

    private func source(of index: Int) -> Int {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].index <= index { low = middle + 1 } else { high = middle }
        }
        return index + (low > 0 ? segments[low - 1].shift : 0)
    }

    private mutating func drop(_ dropped: Int) {
        guard dropped > 0 else { return }
        bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            start.update(from: start + dropped, count: count - dropped)
        }
        count -= dropped
        let kept = segments.lastIndex { $0.index <= dropped } ?? 0
        segments.removeFirst(kept)
        for index in segments.indices {
            segments[index].index = max(0, segments[index].index - dropped)
            segments[index].shift += dropped
        }
    }

    private mutating func fill(from piece: UnsafeRawBufferPointer) {
        while position < end, count < TextWindow.capacity {
            let length = plainLength(piece, limit: min(TextWindow.capacity - count, end - position))
            if length > 0 {
                mark()
                let plain = UnsafeRawBufferPointer(rebasing: piece[position..<position + length])
                let room = count..<count + length
                bytes.withUnsafeMutableBytes {
                    UnsafeMutableRawBufferPointer(rebasing: $0[room]).copyMemory(from: plain)
                }
                lastWasReturn = false
                count += length
                position += length
                continue
            }
            let character = character(of: piece, at: position)
            append(character.scalar)
            position += character.length
        }
    }

    private func character(of piece: UnsafeRawBufferPointer, at offset: Int) -> SourceCharacter {
        if readsPercent, let character = SourceCharacter(percentEncoded: piece, at: offset) { return character }
        return SourceCharacter(piece, at: offset)
    }

    /// The number of bytes from here on that stand for themselves.
    private func plainLength(_ piece: UnsafeRawBufferPointer, limit: Int) -> Int {
        (readsPercent ? Folding.isPlainButPercent : Folding.isPlain).withUnsafeBufferPointer { isPlain in
            var length = 0
            while length < limit, isPlain[Int(piece[position + length])] { length += 1 }
            return length
        }
    }

    private mutating func append(_ scalar: UInt32) {
        guard scalar != SourceCharacter.undecodable else { return put(0xFF) }
        guard let folded = Folding.fold(scalar) else { return }
        let follows = lastWasReturn
        lastWasReturn = folded == 0x0D
        switch folded {
        case 0x0A where follows: return
        case 0x0D: put(0x0A)
        case ..<0x80: put(UInt8(folded))
        default:
            guard let character = Unicode.Scalar(folded), let units = UTF8.encode(character) else { return put(0xFF) }
            mark()
            for unit in units {
                bytes[count] = unit
                count += 1
            }
        }
    }

    private mutating func put(_ byte: UInt8) {
        mark()
        bytes[count] = byte
        count += 1
    }

    /// Notes where the next byte of the window comes from, unless the last segment says so already.
    private mutating func mark() {
        let shift = position - count
        if segments.last?.shift != shift { segments.append(Segment(index: count, shift: shift)) }
    }
}
