// Proves which control stores a program uses: its own, older ones, those that a later version added to; not those of a
// later major number. And that a copy is whole while others write.
import Bytes
import Crypto
import Files
import Storage
import Testing
import Vocabulary

@testable import Stores

struct ControlSchemaTests {
    private func withStore(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/portcullis-store-" + Hex.encode(SecureRandom.bytes(6))
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        try body(folder + "/control.sqlite")
    }

    private func version(_ path: String) throws -> Int64 {
        var version: Int64 = -1
        try Database(path: path).query("PRAGMA user_version") { version = $0.integer(0) }
        return version
    }

    @Test func whatALaterVersionAddedDoesNoHarm() throws {
        try withStore { path in
            let store = try ControlStore(path: path)
            try store.publishTerms(date: "2026-01-01", digest: .zero, text: "x")
            let own = try version(path)
            #expect(own == Int64(ControlSchema.migrations.count))
            let later = try Database(path: path)
            for table in ["meta", "people", "accounts", "keys", "terms", "sources", "evidence", "alerts", "changes"] {
                try later.execute("ALTER TABLE \(table) ADD COLUMN later TEXT NOT NULL DEFAULT 'x'")
            }
            try later.execute("PRAGMA user_version = \(own + 3)")
            let again = try ControlStore(path: path)
            try again.publishTerms(date: "2026-01-02", digest: .zero, text: "y")
            try again.set("name", "value")
            _ = try again.raise(alert: "kind", person: nil, detail: "d", at: .distantPast)
            #expect(try again.currentTerms()?.date == "2026-01-02")
            #expect(try version(path) == own + 3)
        }
    }

    @Test(arguments: [65_536, 65_537, 58_982_400] as [Int64])
    func aLaterMajorNumberIsRefused(version: Int64) throws {
        try withStore { path in
            _ = try ControlStore(path: path)
            try Database(path: path).execute("PRAGMA user_version = \(version)")
            let error = #expect(throws: StorageError.self) { try ControlStore(path: path) }
            #expect(error?.description.contains("schema \(version >> 16).") == true)
            #expect(error?.description.contains("run the newer version") == true)
        }
    }

    @Test func aCopyIsOfOneMoment() throws {
        try withStore { path in
            let store = try ControlStore(path: path)
            try store.set("a", "1")
            let writer = try Database(path: path)
            try writer.execute("BEGIN IMMEDIATE")
            try writer.run("UPDATE meta SET value = '2' WHERE name = 'a'")
            try Database(path: path, readOnly: true).copy(to: path + ".copy")
            try writer.execute("COMMIT")
            let copy = try ControlStore(path: path + ".copy")
            #expect(try copy.value("a") == "1")
            #expect(try store.value("a") == "2")
            try copy.checkIntegrity()
            #expect(try version(path + ".copy") == version(path))
            #expect(throws: StorageError.self) {
                try Database(path: path, readOnly: true).copy(to: path + ".copy")
            }
        }
    }
}
