/// What a detector says about one place of a window.
struct Match {
    var detector: Detector
    /// Bytes of the folded text.
    var range: Range<Int>
    var confidence: Confidence
    var isSample: Bool
}
