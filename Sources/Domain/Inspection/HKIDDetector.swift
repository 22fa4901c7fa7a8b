/// Finds Hong Kong identity card numbers: one or two letters, six digits and a check character, in brackets as printed
/// on the card, or bare. One random letter and seven digits in eleven passes the check, so the bare form counts only
/// beside words about identity cards; part and flight numbers look the same.
enum HKIDDetector {
    /// `digit` is where a run of digits begins.
    static func match(_ text: FoldedText, digit: Int, context: (Range<Int>) -> ContextWords.Verdict) -> Match? {
        guard let start = letters(text, before: digit),
            (digit..<digit + 6).allSatisfy({ text.isDigit($0) }), let (check, end) = check(text, at: digit + 6)
        else { return nil }
        let value =
            (start..<digit).filter { text.isLetter($0) }.map { text.upper($0) }
            + (digit..<digit + 6).map { text[$0] } + [text.upper(check)]
        guard isValid(value) else { return nil }
        let isBracketed = check > digit + 6
        let isPrinted = isBracketed && !(start..<end).contains { (0x61...0x7A).contains(text[$0]) }
        let isNamed = context(start..<end) == .speaksFor
        let confidence: Confidence =
            switch (isPrinted, isBracketed, isNamed) {
            case (true, _, true): .certain
            case (true, _, false), (_, _, true): .likely
            case (_, true, false): .possible
            case (_, false, false): .weak
            }
        return Match(
            detector: .hkid, range: start..<end, confidence: confidence,
            isSample: DocumentationNumbers.contain(value))
    }

    /// Where the one or two letters before the digits begin; one space or hyphen may stand between.
    private static func letters(_ text: FoldedText, before digit: Int) -> Int? {
        let isApart = text[digit - 1] == 0x20 || text[digit - 1] == UInt8(ascii: "-")
        let end = isApart ? digit - 1 : digit
        guard text.isLetter(end - 1) else { return nil }
        let start = text.isLetter(end - 2) ? end - 2 : end - 1
        return text.isAlphanumeric(start - 1) ? nil : start
    }

    /// The check character behind the six digits and the end of the number with its bracket.
    private static func check(_ text: FoldedText, at index: Int) -> (check: Int, end: Int)? {
        let bracket = text[index] == 0x20 ? index + 1 : index
        let closing: UInt8? =
            switch text[bracket] {
            case UInt8(ascii: "("): UInt8(ascii: ")")
            case UInt8(ascii: "["): UInt8(ascii: "]")
            default: nil
            }
        if let closing {
            guard isCheck(text, bracket + 1), text[bracket + 2] == closing else { return nil }
            return (bracket + 1, bracket + 3)
        }
        return isCheck(text, index) && !text.isAlphanumeric(index + 1) ? (index, index + 1) : nil
    }

    private static func isCheck(_ text: FoldedText, _ index: Int) -> Bool {
        text.isDigit(index) || text.upper(index) == UInt8(ascii: "A")
    }

    /// Registration of Persons: the letters as 10 to 35 with a missing one as 36, weights 9 to 2, the check character
    /// once with A as 10; the sum is a multiple of 11.
    static func isValid(_ value: [UInt8]) -> Bool {
        guard value.count == 8 || value.count == 9 else { return false }
        var sum = value.count == 8 ? 36 * 9 : 0
        for (byte, weight) in zip(value, ((1...value.count).reversed())) {
            let number = byte < 0x41 ? Int(byte - 0x30) : Int(byte - 0x41) + 10
            sum += number * weight
        }
        return sum % 11 == 0
    }
}
