// Proves the paths and the arithmetic of tiles against the text of C2SP tlog-tiles.
import Testing

@testable import MerkleLog

struct TileTests {
    @Test(arguments: [
        (UInt64(0), "000"), (7, "007"), (42, "042"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067"),
        (UInt64.max, "x018/x446/x744/x073/x709/x551/615"),
    ])
    func numbers(index: UInt64, path: String) {
        #expect(Tile.number(index) == path)
    }

    @Test func paths() {
        #expect(Tile(level: 0, index: 0).path == "tile/0/000")
        #expect(Tile(level: 2, index: 1_234_067, width: 17).path == "tile/2/x001/x234/067.p/17")
        #expect(Tile(level: 0, index: 5).entriesPath == "tile/entries/005")
        #expect(Tile(level: 0, index: 5, width: 1).entriesPath == "tile/entries/005.p/1")
        #expect(Tile(level: 1, index: 1000, width: 3).partialsPath == "tile/1/x001/000.p")
    }

    @Test func partialsOfASize() {
        #expect(Tile.partials(size: 0) == [])
        #expect(Tile.partials(size: 256) == [Tile(level: 1, index: 0, width: 1)])
        #expect(
            Tile.partials(size: 70_000) == [
                Tile(level: 0, index: 273, width: 112), Tile(level: 1, index: 1, width: 17),
                Tile(level: 2, index: 0, width: 1),
            ])
    }

    @Test func holding() {
        #expect(Tile.holding(level: 0, index: 69_999, size: 70_000) == Tile(level: 0, index: 273, width: 112))
        #expect(Tile.holding(level: 0, index: 69_887, size: 70_000) == Tile(level: 0, index: 272))
        #expect(Tile.holding(level: 1, index: 272, size: 70_000) == Tile(level: 1, index: 1, width: 17))
        #expect(Tile.holding(level: 0, index: 70_000, size: 70_000) == nil)
        #expect(Tile.holding(level: 1, index: 273, size: 70_000) == nil)
        #expect(Tile.holding(level: 8, index: 0, size: .max) == nil)
    }

    @Test func entryBundles() {
        let entries: [[UInt8]] = [[], [1, 2, 3], [UInt8](repeating: 7, count: 65_535)]
        var bundle: [UInt8] = []
        for entry in entries { entry.withUnsafeBytes { EntryBundle.append($0, to: &bundle) } }
        #expect(bundle.prefix(7) == [0, 0, 0, 3, 1, 2, 3])
        #expect(EntryBundle.entries(bundle) == entries)
        #expect(EntryBundle.entries(bundle.dropLast()) == nil)
        #expect(EntryBundle.entries([0]) == nil)
    }
}

extension EntryBundle {
    static func entries(_ bundle: ArraySlice<UInt8>) -> [[UInt8]]? { entries(Array(bundle)) }
}
