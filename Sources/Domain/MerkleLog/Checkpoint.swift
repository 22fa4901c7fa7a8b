internal import Bytes
package import Crypto

/// The head of a log: origin, size and root (C2SP tlog-checkpoint). The text that is signed.
package struct Checkpoint: Hashable, Sendable {
    package var origin: String
    package var size: UInt64
    package var root: Digest

    package init(origin: String, size: UInt64, root: Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    package var text: String { origin + "\n" + String(size) + "\n" + Base64.encode(root.bytes) + "\n" }

    /// Reads the text of a note. Extension lines are allowed and dropped: nobody vouches for them.
    package init(text: String) throws(MerkleLogError) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.popLast() == "", lines.allSatisfy({ !$0.isEmpty }) else {
            throw .notACheckpoint(problem: "it needs three non-empty lines, each with its line end")
        }
        guard let size = UInt64(lines[1]), String(size) == lines[1] else {
            throw .notACheckpoint(problem: "the second line must be the size in decimal digits without leading zeros")
        }
        guard let bytes = Base64.decode(String(lines[2])), let root = Digest(bytes) else {
            throw .notACheckpoint(problem: "the third line must be 32 bytes in base64")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }
}
