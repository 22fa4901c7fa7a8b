// Proves that the end of a log is found where the verifier finds it, for every number of records of a kept ledger.
import Files
import Ledger
import LedgerFiles
import Testing

struct LogExtentTests {
    private static let ledger = Folder.parent(of: Folder.parent(of: #filePath)) + "/Fixtures/ledger-v1/ledger"

    /// The folders of logs under a folder.
    private static func logs(_ path: String) throws -> [String] {
        if Folder.isFile(path + "/log.vkey") { return [path] }
        return try (Folder.names(path) ?? []).sorted().flatMap { name in
            Folder.isFolder(path + "/" + name) ? try logs(path + "/" + name) : []
        }
    }

    @Test func theEndOfEveryPrefix() throws {
        let logs = try Self.logs(Self.ledger)
        #expect(!logs.isEmpty)
        for log in logs {
            let disk = FileLogFolder(log)
            let report = LogVerifier.verify(disk, anchors: [])
            let id = LogIdentity.id(ofOrigin: report.origin)
            let whole = try #require(try LogExtent.measure(disk, logID: id))
            #expect(whole.count == report.size)
            var last = (segment: UInt64(0), end: 0)
            for count in 1...report.size {
                let extent = try #require(try LogExtent.measure(disk, logID: id, upTo: count))
                #expect(extent.count == count)
                #expect((extent.segment, extent.end) > last)
                last = (extent.segment, extent.end)
            }
            #expect(last == (whole.segment, whole.end))
            #expect(try LogExtent.measure(disk, logID: id, upTo: report.size + 9) == whole)
        }
    }
}
