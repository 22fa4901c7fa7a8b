internal import Bytes
internal import Crypto

@testable internal import Ledger
@testable internal import MerkleLog

/// Signed notes, checkpoints, keys and proofs: one spelling each, what is signed verifies and nothing else does, and a
/// proof proves exactly what the tree says.
struct NotesTarget: FuzzTarget {
    static let name = "notes"
    private static let origin = "meridian.example/ledger/gw1/hk-2026"

    func run(_ input: [UInt8]) throws {
        guard let kind = input.first else { return }
        let rest = Array(input.dropFirst())
        switch kind & 3 {
        case 0: try note(rest)
        case 1: try signed(rest)
        case 2: try lines(rest)
        default: try proofs(rest)
        }
    }

    // MARK: Notes

    private func note(_ input: [UInt8]) throws {
        guard let note = try? SignedNote(input) else { return }
        var again = Array((note.text + "\n").utf8)
        for signature in note.signatures {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: signature.keyID)
            again += Array(("— " + signature.keyName + " " + Base64.encode(bytes + signature.signature) + "\n").utf8)
        }
        try promise(again == input, "a note has two spellings")
        try promise(note.text.hasSuffix("\n") && !note.signatures.isEmpty, "a note without text or signature")
        let signer = try NotesTarget.signer()
        // The fuzzer does not know the private key.
        try promise((try? note.verify(with: [signer.key])) == nil, "a signature was forged")
        try checkpoint(note.text)
    }

    private func checkpoint(_ text: String) throws {
        guard let checkpoint = try? Checkpoint(text: text) else { return }
        guard let again = try? Checkpoint(text: checkpoint.text) else {
            throw BrokenPromise(description: "a checkpoint that was read is refused when written again")
        }
        try promise(again == checkpoint, "a checkpoint changed when it was written and read again")
        try promise(text.utf8.starts(with: checkpoint.text.utf8), "a checkpoint is written otherwise than it was read")
    }

    /// A text of the input's, signed: it verifies; with one bit changed anywhere it does not.
    private func signed(_ input: [UInt8]) throws {
        guard input.count > 2 else { return }
        let place = Int(input[0]) << 8 | Int(input[1])
        let letters = input.dropFirst(2).filter { $0 >= 0x20 || $0 == 0x0A }.prefix(512)
        let text = String(decoding: letters, as: UTF8.self) + "\n"
        let signer = try NotesTarget.signer()
        var bytes = try signer.sign(text)
        let note = try SignedNote(bytes)
        try promise(note.text == text, "the text of a note is another one")
        try promise(try note.verify(with: [signer.key]) == [signer.key], "a good signature is refused")
        bytes[place % bytes.count] ^= 1 << UInt8(place & 7)
        guard let other = try? SignedNote(bytes) else { return }
        try promise((try? other.verify(with: [signer.key])) == nil, "a changed note is good")
    }

    private static func signer() throws -> NoteSigner {
        let seed = SecretBytes([UInt8](repeating: 0x42, count: 32))
        return try NoteSigner(name: origin, privateKey: try Ed25519.PrivateKey(seed: seed))
    }

    // MARK: Lines

    private func lines(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        try checkpoint(text)
        if let key = try? VerifierKey(text) { try promise(key.description == text, "a key has two spellings") }
        if let entries = EntryBundle.entries(input) {
            var again: [UInt8] = []
            for entry in entries { entry.withUnsafeBytes { EntryBundle.append($0, to: &again) } }
            try promise(again == input, "a bundle of entries is written otherwise than it was read")
        }
        if let hashes = TreeBuilder.hashes(input) { try promise(TreeBuilder.bytes(hashes) == input, "a tile changed") }
        var offset = 0
        while offset < input.count, let entry = PublishedCheckpoints.entry(in: input, at: offset) {
            try promise(entry.range.lowerBound == offset && entry.range.upperBound > offset, "an entry without bytes")
            try promise(
                PublishedCheckpoints.entry(entry.note, at: entry.time) == Array(input[entry.range]),
                "a published checkpoint has two spellings")
            offset = entry.range.upperBound
        }
    }

    // MARK: Proofs

    /// A tree of up to 600 leaves, a leaf and an older size from the input: the proofs hold, and with a bit or an index
    /// changed, or a hash more or less, they do not.
    private func proofs(_ input: [UInt8]) throws {
        guard input.count >= 8 else { return }
        let size = 1 + (UInt64(input[0]) << 8 | UInt64(input[1])) % 600
        let index = (UInt64(input[2]) << 8 | UInt64(input[3])) % size
        let old = (UInt64(input[4]) << 8 | UInt64(input[5])) % (size + 1)
        let tree = SmallTree(size: size, seed: input[6])
        let hasher = MerkleHasher()
        let root = tree.root(0..<size, hasher)
        try promise(tree.builder.root(hasher) == root, "a tree has another root than its definition")
        guard let path = MerkleProof.inclusion(of: index, size: size, from: tree.hashes),
            let consistency = MerkleProof.consistency(from: old, to: size, from: tree.hashes)
        else { throw BrokenPromise(description: "a whole tree gives no proof") }
        let leaf = tree.leaves[Int(index)]
        let oldRoot = old == 0 ? hasher.emptyRoot() : tree.root(0..<old, hasher)
        func includes(_ index: UInt64, _ size: UInt64, _ path: [Digest]) -> Bool {
            MerkleProof.verifyInclusion(of: leaf, at: index, size: size, root: root, path: path)
        }
        func extends(_ old: UInt64, _ path: [Digest]) -> Bool {
            MerkleProof.verifyConsistency(from: old, root: oldRoot, to: size, root: root, path: path)
        }
        try promise(includes(index, size, path), "a good proof of inclusion is refused")
        try promise(extends(old, consistency), "a good proof of consistency is refused")
        let other = (index + 1 + UInt64(input[7])) % size
        try promise(other == index || !includes(other, size, path), "a proof for another leaf's place")
        try promise(!includes(index, size, path + [root]), "a proof with one hash too many")
        if !path.isEmpty {
            try promise(!includes(index, size, path.dropLast()), "a proof with one hash too few")
            try promise(!includes(index, size, changed(path, by: input[7])), "a proof with another hash")
        }
        if !consistency.isEmpty {
            try promise(!extends(old, Array(consistency.dropLast())), "consistency with one hash too few")
            try promise(!extends(old, changed(consistency, by: input[7])), "consistency with another hash")
        }
    }

    private func changed(_ path: [Digest], by byte: UInt8) -> [Digest] {
        var path = path
        var bytes = path[Int(byte) % path.count].bytes
        bytes[Int(byte) % Digest.length] ^= 1
        path[Int(byte) % path.count] = Digest(bytes) ?? .zero
        return path
    }
}

/// A tree by its definition (RFC 6962 section 2.1), beside the one that the product builds.
private struct SmallTree {
    let leaves: [Digest]
    let builder: TreeBuilder
    let hashes: TileHashes

    init(size: UInt64, seed: UInt8) {
        let hasher = MerkleHasher()
        leaves = (0..<size).map { index in
            hasher.leaf([seed, UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index)])
        }
        var builder = TreeBuilder()
        for leaf in leaves { builder.append(leaf, hasher) }
        var tiles: [Tile: [UInt8]] = [:]
        for tile in builder.takeFullTiles() + builder.partialTiles() { tiles[tile.tile] = tile.bytes }
        let known = tiles
        self.builder = builder
        hashes = TileHashes(size: size) { known[$0] }
    }

    func root(_ range: Range<UInt64>, _ hasher: borrowing MerkleHasher) -> Digest {
        let count = range.upperBound - range.lowerBound
        if count == 1 { return leaves[Int(range.lowerBound)] }
        var split: UInt64 = 1
        while split * 2 < count { split *= 2 }
        let middle = range.lowerBound + split
        return hasher.node(root(range.lowerBound..<middle, hasher), root(middle..<range.upperBound, hasher))
    }
}
