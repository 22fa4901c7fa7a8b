// Proves that this version reads what the first version wrote: the committed ledger, with its keys and the books of
// the other side.
import Bytes
import CBOR
import Crypto
import Files
import Ledger
import LedgerFiles
import LedgerTestKit
import MerkleLog
import Testing

struct FixtureTests {
    private static var folder: String {
        Folder.parent(of: Folder.parent(of: Folder.parent(of: #filePath))) + "/Tests/Fixtures/ledger-v1"
    }

    private static func contents(_ name: String) throws -> [UInt8] {
        try #require(try FileLogFolder(folder).contents(name, limit: 1 << 24))
    }

    @Test func everyExchange() throws {
        let master = try MasterKey(file: Self.contents("master.key"), path: "master.key")
        let log = FileLogFolder(Self.folder + "/" + TestLog.identity.folder)
        let reader = LedgerReader(folder: log, identity: TestLog.identity, masters: [master])
        let book = try #require(try CBOR.decode(Self.contents("book.cbor")).asArray)
        #expect(book.count >= 12)
        func list(_ item: CBOR?) -> [[UInt8]]? { item?.asArray?.compactMap(\.asBytes) }
        for entry in book {
            let exchange = try reader.exchange(at: try #require(entry["index"]?.asUnsigned))
            #expect(exchange.received == entry["received"]?.asBytes)
            #expect(exchange.attempts.map(\.sent) == list(entry["sent"]))
            #expect(exchange.attempts.map(\.returned) == list(entry["returned"]))
            #expect(exchange.shown == entry["shown"]?.asBytes)
            #expect(exchange.decisions.map(\.decision) == list(entry["decisions"]))
        }
    }

    @Test func itVerifies() throws {
        let text = String(decoding: try Self.contents("logs.vkey").dropLast(), as: UTF8.self)
        let log = FileLogFolder(Self.folder + "/" + TestLog.identity.folder)
        let report = LogVerifier.verify(log, anchors: [try VerifierKey(text)])
        #expect(report.problems == [] && report.notes == [] && report.isAnchored)
        #expect(report.size == report.signedSize && report.size > 80)
        let root = try #require(report.root)
        #expect(Base64.encode(root.bytes) == Self.expectedRoot)
    }

    /// Written down when the fixture was made: neither may change without the other.
    private static let expectedRoot = "MLfXhVz8p1XCib5AMs/HV7JB+Yh4uJaWy7xq/+VKty4="
}
