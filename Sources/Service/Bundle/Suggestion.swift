/// The word that somebody probably meant.
enum Suggestion {
    /// The nearest of `candidates` within two changes of a letter; nil if none is near.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        var best: (word: String, distance: Int)?
        for candidate in candidates.sorted() {
            let distance = self.distance(Array(word.utf8), Array(candidate.utf8))
            if distance <= 2, distance < best?.distance ?? 3 { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Levenshtein's distance, or 3 when it is larger than 2 for certain.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= 2, left.count <= 128 else { return 3 }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
