// Proves that each life of an installation writes logs of its own names, and that a name which cannot be read stops the
// start.
import Bytes
import Crypto
import Files
import Installation
import Testing
import Vocabulary

struct IncarnationTests {
    private let folder = DataFolder("/tmp/portcullis-life-" + Hex.encode(SecureRandom.bytes(6)))

    private func withFile(_ text: String?, _ body: () throws -> Void) throws {
        try Folder.create(folder.root)
        defer { try? Folder.remove(folder.root) }
        if let text { try WholeFile.replace(folder.incarnation, Array(text.utf8)) }
        try body()
    }

    @Test func theFirstLifeHasTheNodesOwnNames() throws {
        try withFile(nil) {
            let name = try Incarnation(folder).ledgerName(of: NodeID("gw1"))
            #expect(name == NodeID("gw1"))
        }
    }

    @Test func laterOnesHaveNamesOfTheirOwn() throws {
        try withFile("k3m9qz2\n") {
            let life = try Incarnation(folder)
            #expect(try life.ledgerName(of: NodeID("gw1")) == NodeID("gw1k3m9qz2"))
            let console = try life.ledgerName(of: NodeID("console"))
            #expect(Incarnation.isName(console, of: NodeID("console")))
            #expect(Incarnation.isName(NodeID("console"), of: NodeID("console")))
            #expect(!Incarnation.isName(NodeID("gw1k3m9qz2"), of: NodeID("console")))
            #expect(throws: InstallationError.self) { try life.ledgerName(of: NodeID("gateway001")) }
        }
    }

    @Test(arguments: ["", "abc", "ABCDEFG", "abcdefgh", "abc/efg", "../../x"])
    func whatIsNoNameStopsTheStart(text: String) throws {
        try withFile(text + "\n") { #expect(throws: InstallationError.self) { try Incarnation(folder) } }
    }

    @Test func aFreshOneIsReadAsWritten() throws {
        let life = Incarnation.fresh(random: SecureRandom.bytes(Incarnation.length))
        try withFile(String(decoding: life.fileBytes, as: UTF8.self)) {
            let read = try Incarnation(folder)
            #expect(read == life)
        }
        #expect(Incarnation.fresh(random: SecureRandom.bytes(7)) != life)
    }
}
