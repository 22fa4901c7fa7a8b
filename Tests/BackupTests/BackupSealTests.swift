// Proves that what a passphrase seals opens in its own place only, that a manifest says the same after reading as
// before writing, and that no manifest leads out of its folder.
import Bytes
import Crypto
import Files
import Installation
import Testing
import Vocabulary

@testable import Backup

struct BackupSealTests {
    private static let cost = Scrypt.Cost(n: 2, r: 1, p: 1)

    private func seal(_ passphrase: String, salt: UInt8 = 1) throws -> BackupSeal {
        try BackupSeal(
            passphrase: SecretBytes(Array(passphrase.utf8)), salt: [UInt8](repeating: salt, count: 32), cost: Self.cost)
    }

    @Test func whatIsSealedOpensUnderItsNameAndPassphraseOnly() throws {
        let seal = try seal("correct horse battery staple")
        let bytes = Array("a secret".utf8)
        let sealed = try seal.seal(bytes, as: "secrets/master.key")
        #expect(sealed.count == bytes.count + 12 + 16)
        #expect(try seal.open(sealed, of: "secrets/master.key") == bytes)
        #expect(throws: BackupError.self) { try seal.open(sealed, of: "secrets/pepper.key") }
        #expect(throws: BackupError.self) { try self.seal("another passphrase").open(sealed, of: "secrets/master.key") }
        #expect(throws: BackupError.self) {
            try self.seal("correct horse battery staple", salt: 2).open(sealed, of: "secrets/master.key")
        }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: BackupError.self) { try seal.open(changed, of: "secrets/master.key") }
        }
        #expect(throws: BackupError.self) { try seal.open(Array(sealed[..<11]), of: "secrets/master.key") }
        #expect(try seal.seal(bytes, as: "secrets/master.key") != sealed, "a nonce was used twice")
    }

    private var manifest: BackupManifest {
        BackupManifest(
            made: Instant(seconds: 1_781_740_800), program: "0.1.0", incarnation: "abcdefg", revision: 7,
            activeBundle: nil, salt: [1, 2, 3], cost: Self.cost,
            logs: [.init(path: "ledger/gw1/hk-2026", origin: "x/y", records: 9, root: SHA256.digest([1]), leftOut: 2)],
            files: [
                .init(path: "secrets/a.key", bytes: 60, sha256: SHA256.digest([2]), isSealed: true, size: 60),
                .init(path: "ledger/gw1/hk-2026/seg/0", bytes: 60, sha256: SHA256.digest([3]), size: 1 << 20),
            ])
    }

    @Test func aManifestIsReadAsItWasWritten() {
        #expect(BackupManifest(manifest.encoded) == manifest)
        #expect(BackupManifest(Array("{}".utf8)) == nil)
        #expect(BackupManifest(Array("no manifest".utf8)) == nil)
    }

    @Test(arguments: ["../a", "a/../../b", "/etc/passwd", "a//b", "", ".", "a/./b"])
    func noPathLeadsOut(path: String) {
        var manifest = manifest
        manifest.files[0].path = path
        #expect(BackupManifest(manifest.encoded) == nil)
    }

    @Test func aManifestCannotAskForAllMemory() {
        var manifest = manifest
        manifest.cost = Scrypt.Cost(n: 1 << 40, r: 8, p: 1)
        #expect(BackupManifest(manifest.encoded) == nil)
    }

    @Test func holesAreNeitherStoredNorForgotten() throws {
        let root = "/tmp/portcullis-backup-" + Hex.encode(SecureRandom.bytes(6))
        defer { try? Folder.remove(root) }
        var content = [UInt8](repeating: 0, count: 3 << 20)
        for index in [0, 100, 1 << 20, (2 << 20) + 5] { content[index] = 7 }
        try Folder.create(root)
        try WholeFile.replace(root + "/source", content)
        var folder = try BackupFolder(root + "/backup")
        try folder.copy(root + "/source", as: "a/copy")
        let entry = folder.files[0]
        #expect(entry.bytes == (2 << 20) + 6)
        #expect(entry.size == 3 << 20)
        #expect(entry.sha256 == SHA256.digest(Array(content[..<((2 << 20) + 6)])))
        #expect(try WholeFile.read(root + "/backup/a/copy", limit: 4 << 20) == content)
        try BackupFolder.check(entry, in: root + "/backup")
        try WholeFile.replace(root + "/backup/a/copy", Array(content[..<(2 << 20)]))
        #expect(throws: BackupError.self) { try BackupFolder.check(entry, in: root + "/backup") }
    }
}
