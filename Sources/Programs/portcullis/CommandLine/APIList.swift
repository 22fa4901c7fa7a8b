internal import JSON

/// A list of the API, all its pages together.
struct APIList {
    /// Entries of one page; the most that the API gives.
    static let pageSize = 500

    var items: [APIObject] = []

    /// As one page that has no next.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("items", array: { list in for item in items { list.raw(item.bytes) } })
            object.key("next")
            object.null()
        }
        return writer.bytes
    }
}
