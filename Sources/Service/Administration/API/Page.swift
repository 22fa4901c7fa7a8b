internal import Bytes
internal import JSON

/// Which part of a list is asked for: so many entries behind a key. The key need not be there any more.
struct PageRequest: Sendable {
    /// LIMIT: entries of one answer.
    static let largest = 500
    static let usual = 100

    let limit: Int
    /// The key of the last entry before the page.
    let after: [UInt8]?

    init(limit: Int?, after: String?) {
        self.limit = min(PageRequest.largest, max(1, limit ?? PageRequest.usual))
        self.after = after.flatMap { Hex.decode($0) }
    }

    /// For lists that are sorted by a text.
    var afterText: String? { after.map { String(decoding: $0, as: UTF8.self) } }

    /// For lists that are sorted by a number. More than eight bytes stand behind every number.
    var afterNumber: Int64? {
        after.map { bytes in
            bytes.count > 8 ? Int64.max : Int64(clamping: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }

    static let parameters: [Parameter] = [
        Parameter("limit", .integer(1...Int64(largest)), "at most so many entries; \(usual) unless given"),
        Parameter("after", .shape(.position), "`next` of the page before"),
    ]
}

/// One page of a list, in the order of its keys.
struct Page<Item> {
    let items: [Item]
    /// Where the next one begins; nil at the end.
    let next: String?

    /// - Parameter found: up to one more than were asked for.
    init(_ found: [Item], _ request: PageRequest, key: (Item) -> String) {
        items = Array(found.prefix(request.limit))
        next = found.count > request.limit ? items.last.map { Hex.encode(Array(key($0).utf8)) } : nil
    }

    /// For lists in the order of a number.
    init(_ found: [Item], _ request: PageRequest, number: (Item) -> Int64) {
        items = Array(found.prefix(request.limit))
        next =
            found.count > request.limit
            ? items.last.map { item in
                var bytes: [UInt8] = []
                bytes.append(bigEndian: UInt64(clamping: number(item)))
                return Hex.encode(bytes)
            } : nil
    }

    func reply(_ write: (Item, inout JSONWriter) -> Void) -> Reply {
        var writer = JSONWriter()
        writer.object { object in
            object.member("items", array: { list in for item in items { list.object { write(item, &$0) } } })
            object.member("next", next)
        }
        return Reply(writer)
    }
}

extension Page {
    /// Of a list that is in memory, sorted by its keys.
    init(of all: some Sequence<Item>, _ request: PageRequest, key: (Item) -> String) {
        let after = request.afterText
        var found: [Item] = []
        for item in all where after.map({ key(item) > $0 }) ?? true {
            found.append(item)
            if found.count > request.limit { break }
        }
        self.init(found, request, key: key)
    }
}
