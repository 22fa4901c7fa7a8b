internal import Bytes
package import MerkleLog
package import Vocabulary

/// The files under `checkpoints/`: one a day of UTC, a row of entries, each a line with time and length and then the
/// note.
package enum PublishedCheckpoints {
    /// LIMIT: an entry is at most this long, so a longer unreadable rest cannot be one torn write.
    static let maximumEntryLength = 2_048
    /// LIMIT: of one file.
    static let maximumFileLength = 512 << 20

    static func entry(_ note: [UInt8], at time: Instant) -> [UInt8] {
        Array("\(time) \(note.count) \(check(time, note))\n".utf8) + note
    }

    /// Finds rot in the line, which nobody signs.
    private static func check(_ time: Instant, _ note: [UInt8]) -> String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: CRC32C.of(Array("\(time) \(note.count)\n".utf8) + note))
        return Hex.encode(bytes)
    }

    /// `2026-06-18`; names sort as the days do.
    static func day(_ time: Instant) -> String { String(LocalTime(secondsAsUTC: time.seconds).description.prefix(10)) }

    static func isDay(_ name: String) -> Bool {
        name.utf8.count == 10 && LocalTime(name) != nil
    }

    package struct Entry: Equatable, Sendable {
        package let time: Instant
        package let note: [UInt8]
        /// Of the whole entry, in the file.
        package let range: Range<Int>
    }

    /// Reads one entry at `offset`; nil if what stands there is not a whole one. The note is not verified.
    static func entry(in bytes: [UInt8], at offset: Int) -> Entry? {
        let head = bytes[offset...].prefix(64)
        guard let lineEnd = head.firstIndex(of: 0x0A),
            let line = String(validating: bytes[offset..<lineEnd], as: UTF8.self)
        else { return nil }
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let time = Instant(parts[0]), time.description == parts[0], let length = Int(parts[1]),
            String(length) == parts[1], length >= 0, length <= maximumEntryLength - 64,
            lineEnd + 1 + length <= bytes.count
        else { return nil }
        let end = lineEnd + 1 + length
        let note = Array(bytes[(lineEnd + 1)..<end])
        guard parts[2] == check(time, note) else { return nil }
        return Entry(time: time, note: note, range: offset..<end)
    }

    /// The checkpoint of a note, if it is one of this log and the key's signature is good.
    package static func verified(_ note: [UInt8], by key: VerifierKey) throws(MerkleLogError) -> Checkpoint {
        let note = try SignedNote(note)
        _ = try note.verify(with: [key])
        let checkpoint = try Checkpoint(text: note.text)
        guard checkpoint.origin == key.name else {
            throw .notACheckpoint(problem: "it belongs to another log than the key")
        }
        return checkpoint
    }
}
