// Proves that the export of the committed ledger has every exchange with the bytes of the other side's books, and that
// a range leaves out what lies outside of it.
import Archive
import Bytes
import CBOR
import Crypto
import Files
import Installation
import JSON
import Ledger
import LedgerFiles
import Testing
import Vocabulary

struct FixtureExportTests {
    private static var root: String {
        Folder.parent(of: Folder.parent(of: Folder.parent(of: #filePath))) + "/Tests/Fixtures/ledger-v1"
    }

    private func reader() throws -> ArchiveReader {
        let file = try WholeFile.read(Self.root + "/master.key", limit: 4096)
        return ArchiveReader(folder: DataFolder(Self.root), master: try MasterKey(file: file, path: "master.key"))
    }

    private func export(_ range: ExportRange, content: Bool) throws -> [JSONValue] {
        var lines: [JSONValue] = []
        var parser = JSONParser()
        var lineEnds = true
        try reader().export(range, withContent: content) { line in
            lineEnds = lineEnds && line.last == 0x0A && line.count { $0 == 0x0A } == 1
            // A line that is no JSON is missing below.
            if let document = try? parser.parse(line.dropLast()) { lines.append(document.root) }
        }
        #expect(lineEnds)
        return lines
    }

    @Test func everyExchangeWithItsBytes() throws {
        let lines = try export(ExportRange(), content: true)
        let file = try WholeFile.read(Self.root + "/book.cbor", limit: 1 << 24)
        let book = try #require(try CBOR.decode(file).asArray)
        for entry in book {
            let index = try #require(entry["index"]?.asUnsigned)
            let line = try #require(lines.first { $0["index"]?.integer == Int64(index) })
            func bytes(_ part: JSONValue?) -> [UInt8]? { part?["base64"]?.string.flatMap { Base64.decode($0) } }
            #expect(bytes(line["request"]) == entry["received"]?.asBytes)
            #expect(bytes(line["answer"]) == entry["shown"]?.asBytes)
            let steps = (line["steps"]?.elements.map { $0 } ?? []).filter { $0["step"]?.string == "admitted" }
            #expect(steps.map { bytes($0["sent"]) } == entry["sent"]?.asArray?.map(\.asBytes))
            #expect(steps.map { bytes($0["returned"]) } == entry["returned"]?.asArray?.map(\.asBytes))
            let state = line["state"]?.string
            #expect(state == entry["end"]?.asText)
            let received = try #require(entry["received"]?.asBytes)
            #expect(line["request"]?["sha256"]?.string == SHA256.digest(received).hexadecimal)
        }
    }

    @Test func withoutContentThereIsNone() throws {
        for line in try export(ExportRange(), content: false) {
            #expect(line["request"]?["base64"] == nil && line["answer"]?["base64"] == nil)
        }
    }

    @Test func aRangeIsHalfOpen() throws {
        let all = try export(ExportRange(), content: false).compactMap { $0["began"]?.string }.compactMap {
            Instant($0)
        }
        let middle = try #require(all.sorted().dropFirst(all.count / 2).first)
        var before = ExportRange()
        before.to = middle
        var after = ExportRange()
        after.from = middle
        #expect(try export(before, content: false).count == all.count { $0 < middle })
        #expect(try export(after, content: false).count == all.count { $0 >= middle })
        var other = ExportRange()
        other.node = NodeID("gw2")
        #expect(try export(other, content: false).isEmpty)
    }
}
