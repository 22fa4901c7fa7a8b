/// One value that a detector recognised: where it stands and how sure that is, never what it is.
package struct Finding: Equatable, Sendable {
    package var detector: Detector
    /// Bytes of the inspected input, half open; from the first to the last character of the value, with the brackets,
    /// escapes and invisible characters that belong to it.
    package var range: Range<Int>
    package var confidence: Confidence
    /// A number that documentation prints as an example: recorded, never acted on.
    package var isSample: Bool
    /// Index of the piece of text that holds it.
    package var piece: Int

    package init(detector: Detector, range: Range<Int>, confidence: Confidence, isSample: Bool, piece: Int) {
        self.detector = detector
        self.range = range
        self.confidence = confidence
        self.isSample = isSample
        self.piece = piece
    }
}
