// Proves that an installation is made complete and private, belongs to one process at a time, and that --fresh removes
// nothing but an installation.
import Files
import Installation
import Testing

@testable import Supervision

struct OwnedFolderTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private func message(_ body: () throws(SupervisionError) -> Void) -> String? {
        do throws(SupervisionError) { try body() } catch { return error.message }
        return nil
    }

    @Test func anInstallationIsMadeOnce() throws {
        let root = scratch.root + "/new/bank"
        var settings = Settings()
        settings.workers = 3
        let first = try OwnedFolder.create(root + "/", settings: settings)
        #expect(first.folder.root == root)
        for path in first.folder.all { #expect(WholeFile.version(path)?.permissions == 0o700, "\(path)") }
        for path in [first.folder.settings, first.folder.masterKey, first.folder.pepper, first.folder.bundleKey] {
            #expect(WholeFile.version(path)?.permissions == 0o600, "\(path)")
        }
        let secrets = try WholeFile.read(first.folder.masterKey, limit: 4096)
        first.release()
        let second = try OwnedFolder.create(root)
        #expect(try Settings.load(second.folder).workers == 3)
        #expect(try WholeFile.read(second.folder.masterKey, limit: 4096) == secrets)
        second.release()
    }

    @Test func aSecondOwnerIsTurnedAway() throws {
        let root = scratch.root + "/bank"
        let owned = try OwnedFolder.create(root)
        for fresh in [false, true] {
            let text = message { () throws(SupervisionError) in try OwnedFolder.create(root, fresh: fresh).release() }
            #expect(text?.hasPrefix("another portcullis (process ") == true)
        }
        #expect(Folder.isFile(owned.folder.masterKey))
        owned.release()
        #expect(message { () throws(SupervisionError) in try OwnedFolder.open(root).release() } == nil)
    }

    @Test func freshRemovesAnInstallationAndNothingElse() throws {
        let root = scratch.root + "/bank"
        let owned = try OwnedFolder.create(root)
        let secrets = try WholeFile.read(owned.folder.masterKey, limit: 4096)
        try WholeFile.replace(root + "/control/control.sqlite", [1])
        try WholeFile.replace(root + "/notes.txt", [2])
        owned.release()
        let again = try OwnedFolder.create(root, fresh: true)
        #expect(!Folder.isFile(root + "/control/control.sqlite"))
        #expect(try WholeFile.read(again.folder.masterKey, limit: 4096) != secrets)
        #expect(try WholeFile.read(root + "/notes.txt", limit: 10) == [2])
        again.release()
    }

    @Test func freshRefusesAFolderOfSomethingElse() throws {
        let root = scratch.root + "/home"
        try Folder.create(root + "/logs")
        let text = message { () throws(SupervisionError) in try OwnedFolder.create(root, fresh: true).release() }
        #expect(text?.contains("holds something else than an installation") == true)
        #expect(try Folder.names(root) == ["logs"])
    }

    @Test func whatCannotBeIsOneLine() throws {
        let long = scratch.root + "/" + String(repeating: "d", count: 100)
        #expect(
            message { () throws(SupervisionError) in try OwnedFolder.create(long).release() }?.contains("107 bytes")
                == true)
        #expect(
            message { () throws(SupervisionError) in try OwnedFolder.open(scratch.root + "/nowhere").release() }?
                .contains("portcullis init") == true)
        try WholeFile.replace(scratch.root + "/file", [])
        let text = message { () throws(SupervisionError) in try OwnedFolder.create(scratch.root + "/file/x").release() }
        #expect(text?.hasPrefix("cannot create the folder") == true)
    }
}
