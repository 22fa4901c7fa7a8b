internal import Crypto
internal import MerkleLog

// Tiles and entry bundles are derived; what is there must be right.
extension LogVerifier {
    /// Called after each record: compares what became full.
    mutating func checkFullTiles() throws(LedgerError) {
        guard tree.size % UInt64(Tile.fullWidth) == 0 else { return }
        let entries = Tile(level: 0, index: tree.size / UInt64(Tile.fullWidth) - 1)
        try compare(entries.entriesPath, bundle)
        try compareEntries(in: entries.partialEntriesPath, of: bundle)
        bundle = []
        for full in tree.takeFullTiles() {
            try compare(full.tile.path, full.bytes)
            try compareHashes(in: full.tile.partialsPath, of: full.bytes)
        }
    }

    /// The partial tiles at the right edge.
    mutating func checkEdge() throws(LedgerError) {
        for partial in tree.partialTiles() {
            try compareHashes(in: partial.tile.partialsPath, of: partial.bytes)
            if partial.tile.level == 0 { try compareEntries(in: partial.tile.partialEntriesPath, of: bundle) }
        }
        guard report.missingTiles > 0 else { return }
        report.notes.append(
            "\(report.missingTiles) tiles and bundles are missing; they can be made again from the segments")
    }

    private mutating func compare(_ path: String, _ expected: [UInt8]) throws(LedgerError) {
        guard let found = try folder.read(path, at: 0, count: expected.count + 1) else {
            report.missingTiles += 1
            return
        }
        report.fullTiles += 1
        if found != expected { report.report(path, "this is not what the records give") }
    }

    private mutating func compareHashes(in path: String, of whole: [UInt8]) throws(LedgerError) {
        try comparePartials(in: path) { width in
            let length = width * Digest.length
            return length <= whole.count ? whole[..<length] : nil
        }
    }

    private mutating func compareEntries(in path: String, of whole: [UInt8]) throws(LedgerError) {
        try comparePartials(in: path) { width in
            let length = width * (Leaf.length + 2)
            return length <= whole.count ? whole[..<length] : nil
        }
    }

    private mutating func comparePartials(
        in path: String, expected: (Int) -> ArraySlice<UInt8>?
    ) throws(LedgerError) {
        for name in try folder.names(in: path).sorted() {
            guard let width = Int(name), String(width) == name, (1..<Tile.fullWidth).contains(width) else { continue }
            report.partialTiles += 1
            let path = path + "/" + name
            guard let wanted = expected(width) else {
                report.notes.append("\(path): wider than the log; the log grew meanwhile, or the tile is forged")
                continue
            }
            if try folder.read(path, at: 0, count: wanted.count + 1) != Array(wanted) {
                report.report(path, "this is not what the records give")
            }
        }
    }
}
