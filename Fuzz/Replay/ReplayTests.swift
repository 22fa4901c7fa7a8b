// Proves that every input the fuzzers keep, and every one that ever broke a parser, holds all promises of its target.
import Files
import Testing

struct ReplayTests {
    private static let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
        separator: "/")

    @Test(arguments: FuzzTargets.all.map { $0.name })
    func keptInputsHold(name: String) throws {
        let type = try #require(FuzzTargets.all.first { $0.name == name })
        let target = type.init()
        let corpus = try inputs("corpus/" + name)
        #expect(!corpus.isEmpty, "the target has no corpus")
        for (path, bytes) in try corpus + inputs("crashes/" + name) {
            #expect(throws: Never.self, "\(path)") { try target.run(bytes) }
        }
    }

    /// What arrives in pieces, cut at every position: the targets compare the outcome with that of the whole.
    @Test(arguments: [("http-head", 3), ("http-chunks", 4), ("sse", 4)])
    func everyCutHolds(name: String, header: Int) throws {
        let target = try #require(FuzzTargets.all.first { $0.name == name }).init()
        for (path, bytes) in try inputs("corpus/" + name) + inputs("crashes/" + name) {
            let text = bytes.dropFirst(header)
            for cut in 1..<max(2, min(text.count, 256 * header)) {
                // The longest pieces first, so that the last cut lies here.
                let cuts = (0..<header).map { UInt8(clamping: cut - 256 * $0 - 1) }
                #expect(throws: Never.self, "\(path), cut at \(cut)") { try target.run(cuts + text) }
            }
        }
    }

    private func inputs(_ folder: String) throws -> [(path: String, bytes: [UInt8])] {
        let whole = ReplayTests.folder + "/" + folder
        return try (Folder.names(whole) ?? []).filter { !$0.hasPrefix(".") }.sorted().map {
            (folder + "/" + $0, try WholeFile.read(whole + "/" + $0, limit: 1 << 20))
        }
    }
}
