import Bytes
import Ledger
import LedgerTestKit
import MerkleLog

/// What the world outside of the machine was told, kept where no disk can touch it.
struct Book {
    /// Of each acknowledged record its content, which no other record has.
    var acknowledged: [UInt64: [UInt8]] = [:]
    /// Every checkpoint that anybody could have read, by size.
    var published: [UInt64: Checkpoint] = [:]
    /// Two roots were published for one size.
    var equivocations: [UInt64] = []

    /// Takes in what now stands in the file `checkpoint`.
    mutating func see(_ note: [UInt8]) throws {
        let checkpoint = try Checkpoint(text: SignedNote(note).text)
        if let known = published[checkpoint.size], known.root != checkpoint.root {
            equivocations.append(checkpoint.size)
        }
        published[checkpoint.size] = checkpoint
    }
}

/// Why a disk was not as the book says.
struct Violation: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
