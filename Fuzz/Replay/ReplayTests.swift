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

    private func inputs(_ folder: String) throws -> [(path: String, bytes: [UInt8])] {
        let whole = ReplayTests.folder + "/" + folder
        return try (Folder.names(whole) ?? []).filter { !$0.hasPrefix(".") }.sorted().map {
            (folder + "/" + $0, try WholeFile.read(whole + "/" + $0, limit: 1 << 20))
        }
    }
}
