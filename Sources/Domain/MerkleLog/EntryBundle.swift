internal import Bytes

/// A file of leaves: each after its length in two bytes, big-endian (C2SP tlog-tiles, "Log entries").
package enum EntryBundle {
    /// LIMIT: what two bytes can say.
    package static let maximumEntryLength = 65_535

    /// - Precondition: the entry is no longer than `maximumEntryLength`.
    package static func append(_ entry: UnsafeRawBufferPointer, to bundle: inout [UInt8]) {
        precondition(entry.count <= maximumEntryLength)
        bundle.append(bigEndian: UInt16(entry.count))
        bundle.append(contentsOf: entry)
    }

    /// The entries; nil when the last one is cut short.
    package static func entries(_ bundle: [UInt8]) -> [[UInt8]]? {
        var reader = ByteReader(bundle)
        var entries: [[UInt8]] = []
        while reader.remaining > 0 {
            guard let length = reader.read(UInt16.self), let entry = reader.read(count: Int(length)) else { return nil }
            entries.append(entry)
        }
        return entries
    }
}
