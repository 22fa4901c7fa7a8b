extension CardDetector {
    /// A number with the letters that touch it.
    struct Token {
        /// LIMIT: letters looked at on either side.
        private static let reach = 32

        let range: Range<Int>
        /// A hash, a key or an identifier: further digits behind the letters, very many letters, or capitals in front
        /// and nothing behind, as in `ORD4798643261622430`.
        let isCode: Bool

        init(_ text: FoldedText, around number: Range<Int>) {
            var start = number.lowerBound
            while number.lowerBound - start < Token.reach, text.isLetter(start - 1) { start -= 1 }
            var end = number.upperBound
            while end - number.upperBound < Token.reach, text.isLetter(end) { end += 1 }
            range = start..<end
            let prefix = start..<number.lowerBound
            let isPrefixed =
                prefix.count >= 2 && end == number.upperBound && prefix.allSatisfy { text[$0] == text.upper($0) }
            isCode =
                isPrefixed || (start < number.lowerBound && text.isAlphanumeric(start - 1))
                || (end > number.upperBound && text.isAlphanumeric(end))
        }
    }
}
