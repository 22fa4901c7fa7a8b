/// Looks through the texts of an input for what the detectors know. Pure; kept and used again, since its window is
/// allocated once. One owner at a time.
///
/// Linear in the input: text without enough digits is only counted; elsewhere each place is looked at once, each match
/// reads its bounded neighbourhood.
package struct Inspector {
    /// The least number of digits in anything that a detector matches.
    private static let leastDigits = 6

    private var window = TextWindow()
    private var words = ContextWords()

    package init() {}

    /// Findings in the order of the pieces, within one in the order of their places; they do not overlap.
    /// - Precondition: the pieces lie inside `input`.
    package mutating func inspect(_ input: [UInt8], pieces: [TextPiece]) -> [Finding] {
        var findings: [Finding] = []
        input.withUnsafeBytes { bytes in
            for (index, piece) in pieces.enumerated() { inspect(bytes, piece, index, &findings) }
        }
        return findings
    }

    /// Findings in a plain text, such as a file.
    package static func inspect(text: [UInt8]) -> [Finding] {
        var inspector = Inspector()
        return inspector.inspect(text, pieces: [TextPiece(range: text.indices)])
    }

    private mutating func inspect(
        _ input: UnsafeRawBufferPointer, _ piece: TextPiece, _ index: Int, _ findings: inout [Finding]
    ) {
        precondition(piece.range.lowerBound >= 0 && piece.range.upperBound <= input.count)
        guard DigitCount.reaches(Inspector.leastDigits, in: UnsafeRawBufferPointer(rebasing: input[piece.range]))
        else { return }
        let label = piece.label.map { ContextWords.topics(of: Array(input[$0])) } ?? []
        let before = findings.count
        look(through: input, piece, index, label, readsPercent: false, &findings)
        // Read a second time and not in place of the first: a per cent sign before a number must not eat its digits.
        if SourceCharacter.isPercentEncoded(UnsafeRawBufferPointer(rebasing: input[piece.range])) {
            look(through: input, piece, index, label, readsPercent: true, &findings)
            findings.replaceSubrange(before..., with: Inspector.surest(of: findings[before...]))
        }
    }

    /// Where findings overlap, the one that is surer.
    private static func surest(of findings: ArraySlice<Finding>) -> [Finding] {
        var kept: [Finding] = []
        let sorted = findings.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for finding in sorted {
            guard let last = kept.last, last.range.upperBound > finding.range.lowerBound else {
                kept.append(finding)
                continue
            }
            if finding.confidence > last.confidence { kept[kept.count - 1] = finding }
        }
        return kept
    }

    private mutating func look(
        through input: UnsafeRawBufferPointer, _ piece: TextPiece, _ index: Int, _ label: Set<ContextWords.Topic>,
        readsPercent: Bool, _ findings: inout [Finding]
    ) {
        window.begin(piece.range, readsPercent: readsPercent)
        // Where matching goes on, in bytes of the window; it may lie behind a match that crosses the border.
        var resume = 0
        while let dropped = window.advance(over: input) {
            resume -= dropped
            words.reset()
            let matches = window.withText { scan($0, from: &resume, label) }
            for match in matches {
                findings.append(
                    Finding(
                        detector: match.detector, range: window.source(of: match.range, in: input),
                        confidence: match.confidence, isSample: match.isSample, piece: index))
            }
        }
    }

    private mutating func scan(_ text: FoldedText, from resume: inout Int, _ label: Set<ContextWords.Topic>) -> [Match]
    {
        var matches: [Match] = []
        var index = max(window.starts.lowerBound, resume)
        while index < window.starts.upperBound {
            guard text.isDigit(index), !text.isDigit(index - 1) else {
                index += 1
                continue
            }
            if let match = match(text, index, label), match.range.lowerBound >= resume {
                matches.append(match)
                index = match.range.upperBound
                resume = index
            } else {
                index += 1
            }
        }
        return matches
    }

    /// The match whose first digits begin at `digit`.
    private mutating func match(_ text: FoldedText, _ digit: Int, _ label: Set<ContextWords.Topic>) -> Match? {
        if let iban = IBANDetector.match(text, digit: digit) { return iban }
        let hkid = HKIDDetector.match(text, digit: digit) {
            words.verdict(for: .identityCard, near: $0, in: text, label: label)
        }
        if let hkid { return hkid }
        return CardDetector.match(text, at: digit) {
            words.verdict(for: .card, against: .otherNumber, near: $0, in: text, label: label)
        }
    }
}
