/// Finds payment card numbers: 12 to 19 digits in one run or in groups that fit a network. Letters may touch them.
///
/// Of random 16 digits in a network's range one in ten passes the check digit, so the form and the words around decide:
/// groups as embossed make it likely, words about cards certain; words about other numbers, or a place inside an
/// address, identifier or hash, make it weak. Odd groups, groups out of a longer list, and the wide Maestro range count
/// only beside words about cards.
enum CardDetector {
    static func match(_ text: FoldedText, at start: Int, context: (Range<Int>) -> ContextWords.Verdict) -> Match? {
        guard !isFraction(text, start) else { return nil }
        var candidate = Candidate()
        var best: Match?
        var index = start
        var separator = index..<index
        while candidate.read(text, &index) {
            if candidate.count >= CardNumber.lengths.lowerBound, !isDecimal(text, index, candidate, separator),
                let confidence = candidate.confidence(text, start..<index, separator, context)
            {
                best = Match(
                    detector: .card, range: start..<index, confidence: confidence, isSample: candidate.isSample)
            }
            let next = text.separator(at: index)
            guard !next.isEmpty, text.isDigit(next.upperBound), separator.isEmpty || same(text, separator, next)
            else { break }
            separator = next
            index = next.upperBound
        }
        return best
    }

    /// The digits after a decimal point: `0.4798643261622430` is one of thousands in a vector.
    private static func isFraction(_ text: FoldedText, _ start: Int) -> Bool {
        text[start - 1] == UInt8(ascii: ".") && text.isDigit(start - 2)
    }

    /// The whole part of a decimal number.
    private static func isDecimal(
        _ text: FoldedText, _ end: Int, _ candidate: Candidate, _ separator: Range<Int>
    ) -> Bool {
        text[end] == UInt8(ascii: ".") && text.isDigit(end + 1) && separator.isEmpty
    }

    /// Groups are set apart in one way throughout; a line may break anywhere.
    private static func same(_ text: FoldedText, _ one: Range<Int>, _ other: Range<Int>) -> Bool {
        if one.contains(where: { text[$0] == 0x0A }) || other.contains(where: { text[$0] == 0x0A }) { return true }
        return one.count == other.count && zip(one, other).allSatisfy { text[$0] == text[$1] }
    }

    private struct Candidate {
        var digits = InlineArray<19, UInt8>(repeating: 0)
        var count = 0
        /// Sizes of the groups, five bits each, the first highest. More than twelve groups push the first out, and
        /// still are no embossed form, which has fewer.
        private var form: UInt64 = 0
        private var groups = 0

        /// Takes the group that begins at `index` and moves behind it; false when the digits become too many.
        mutating func read(_ text: FoldedText, _ index: inout Int) -> Bool {
            let start = count
            while text.isDigit(index) {
                guard count < CardNumber.lengths.upperBound else { return false }
                digits[count] = text[index] - 0x30
                count += 1
                index += 1
            }
            groups += 1
            form = form << 5 | UInt64(count - start)
            return true
        }

        var isSample: Bool { DocumentationNumbers.contain((0..<count).map { digits[$0] + 0x30 }) }

        func confidence(
            _ text: FoldedText, _ range: Range<Int>, _ separator: Range<Int>,
            _ context: (Range<Int>) -> ContextWords.Verdict
        ) -> Confidence? {
            guard let network = CardNumber.network(digits.span.extracting(first: count)) else { return nil }
            let isEmbossed = groups > 1 && Candidate.embossed.contains(form)
            let needsWords =
                network == .maestro || (groups > 1 && (!isEmbossed || goesOn(text, range, separator)))
            let token = Token(text, around: range)
            if token.isCode, groups == 1 {
                if context(range) == .speaksFor { return .possible }
                return needsWords ? nil : .weak
            }
            switch context(range) {
            case .speaksFor: return needsWords ? .likely : .certain
            case .speaksAgainst: return needsWords ? nil : .weak
            case .silent:
                if needsWords { return nil }
                if isEmbossed { return .likely }
                return isPartOfToken(text, token.range) ? .weak : .possible
            }
        }

        /// The groups are four of a longer list, as in a table of numbers.
        private func goesOn(_ text: FoldedText, _ range: Range<Int>, _ separator: Range<Int>) -> Bool {
            guard text.lists(separator) else { return false }
            let next = text.separator(at: range.upperBound)
            let last = text.separator(before: range.lowerBound)
            return !next.isEmpty && text.lists(next) && text.isDigit(next.upperBound)
                || !last.isEmpty && text.lists(last) && text.isDigit(last.lowerBound - 1)
        }

        /// Joined by `/ = _ - ? #` or the like to something before or behind: an address, a path, an identifier.
        private func isPartOfToken(_ text: FoldedText, _ range: Range<Int>) -> Bool {
            let joins = Array("/=_-?#@%+~".utf8)
            return joins.contains(text[range.lowerBound - 1]) && text.isAlphanumeric(range.lowerBound - 2)
                || joins.contains(text[range.upperBound]) && text.isAlphanumeric(range.upperBound + 1)
        }

        /// 4-4-4-4, 4-6-5 (American Express), 4-6-4 (Diners), 4-4-4-4-3, 6-13 (UnionPay), 4-4-4-1, 8-8.
        private static let embossed: [UInt64] = [
            [4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [4, 4, 4, 4, 3], [6, 13], [4, 4, 4, 1], [8, 8],
        ].map { sizes in sizes.reduce(0) { $0 << 5 | UInt64($1) } }
    }
}
