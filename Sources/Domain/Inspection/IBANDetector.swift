/// Finds international bank account numbers (ISO 13616-1): a country of the registry, its exact structure, and the
/// check digits of ISO/IEC 7064 MOD 97-10. One random text of the right form in 97 passes, and hardly a random text has
/// the form: it needs no words around it.
enum IBANDetector {
    /// `digit` is where a run of digits begins: the check digits, behind the two letters of the country.
    static func match(_ text: FoldedText, digit: Int) -> Match? {
        guard let start = country(text, before: digit), !text.isAlphanumeric(start - 1),
            let structure = IBANRegistry.structure(text.upper(start), text.upper(start + 1)),
            text.isDigit(digit), text.isDigit(digit + 1)
        else { return nil }
        var value: [UInt8] = [text.upper(start), text.upper(start + 1), text[digit], text[digit + 1]]
        var index = digit + 2
        for kind in structure {
            let separator = text.separator(at: index)
            if separator.count == 1 { index = separator.upperBound }
            guard IBANDetector.fits(text, index, kind) else { return nil }
            value.append(text.upper(index))
            index += 1
        }
        guard !text.isAlphanumeric(index), remainder(value) == 1 else { return nil }
        let isUpper = (start..<index).allSatisfy { !(0x61...0x7A).contains(text[$0]) }
        return Match(
            detector: .iban, range: start..<index, confidence: isUpper ? .certain : .likely,
            isSample: DocumentationNumbers.contain(value))
    }

    /// Where the country code before the check digits begins; one separator may stand between them.
    private static func country(_ text: FoldedText, before digit: Int) -> Int? {
        let end = text.isLetter(digit - 1) ? digit : digit - 1
        guard end == digit || !text.separator(at: end).isEmpty, text.isLetter(end - 1), text.isLetter(end - 2)
        else { return nil }
        return end - 2
    }

    private static func fits(_ text: FoldedText, _ index: Int, _ kind: UInt8) -> Bool {
        switch kind {
        case UInt8(ascii: "n"): text.isDigit(index)
        case UInt8(ascii: "a"): text.isLetter(index)
        default: text.isAlphanumeric(index)
        }
    }

    /// The number that the characters read as, the first four moved to the end and letters as 10 to 35, modulo 97.
    static func remainder(_ value: [UInt8]) -> Int {
        var remainder = 0
        for byte in value[4...] + value[..<4] {
            let number = byte < 0x41 ? Int(byte - 0x30) : Int(byte - 0x41) + 10
            remainder = (remainder * (number < 10 ? 10 : 100) + number) % 97
        }
        return remainder
    }
}
