/// Where a text stands in a `TextPool`.
struct TextPlace: Sendable {
    /// In units of 8 bytes, over all pages.
    var offset: UInt32 = 0
    var length: UInt16 = 0
    /// Bytes that it may grow to where it stands.
    var capacity: UInt16 = 0
}

/// Texts side by side in pages of 64 KiB, without an object each. A text that is replaced by one that fits stays where
/// it is; a longer one gets twice the room elsewhere, so that what is left behind never outgrows what is held.
struct TextPool: Sendable {
    private var pages: [[UInt8]] = []

    private static let pageLength = 65_536
    /// LIMIT: bytes of one text. Identifiers have 128 at most; a name or a title is cut off behind it.
    static let longest = 4096

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) -> TextPlace {
        var place = TextPlace()
        replace(&place, by: bytes)
        return place
    }

    mutating func replace(_ place: inout TextPlace, by text: UnsafeBufferPointer<UInt8>) {
        let bytes = UnsafeBufferPointer(rebasing: text.prefix(TextPool.longest))
        if bytes.count > place.capacity {
            let room = (max(bytes.count, 2 * Int(place.capacity)) + 7) & ~7
            if pages.last.map({ $0.count + room > TextPool.pageLength }) ?? true {
                var page: [UInt8] = []
                page.reserveCapacity(TextPool.pageLength)
                pages.append(page)
            }
            let last = pages.count - 1
            place.offset = UInt32(truncatingIfNeeded: (last * TextPool.pageLength + pages[last].count) >> 3)
            place.capacity = UInt16(room)
            pages[last].append(contentsOf: bytes)
            for _ in bytes.count..<room { pages[last].append(0) }
        } else {
            let (page, start) = TextPool.position(place)
            for index in bytes.indices { pages[page][start + index] = bytes[index] }
        }
        place.length = UInt16(bytes.count)
    }

    func holds(_ bytes: UnsafeBufferPointer<UInt8>, at place: TextPlace) -> Bool {
        guard bytes.count == place.length else { return false }
        return withBytes(at: place) { own in
            for step in 0..<bytes.count where own[own.startIndex + step] != bytes[step] { return false }
            return true
        }
    }

    func text(at place: TextPlace) -> String { withBytes(at: place) { String(decoding: $0, as: UTF8.self) } }

    func withBytes<Result>(at place: TextPlace, _ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Result) -> Result {
        guard place.length > 0 else { return body(UnsafeBufferPointer(start: nil, count: 0)[...]) }
        let (page, start) = TextPool.position(place)
        return pages[page].withUnsafeBufferPointer { body($0[start..<(start + Int(place.length))]) }
    }

    private static func position(_ place: TextPlace) -> (page: Int, start: Int) {
        let offset = Int(place.offset) << 3
        return (offset / pageLength, offset % pageLength)
    }

    var heldBytes: Int { pages.count * TextPool.pageLength }
}

extension String {
    /// The bytes, where they are.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        return Array(utf8).withUnsafeBufferPointer(body)
    }
}
