/// Rows of one size, side by side in pages. Growing adds a page and never moves one, so no change takes long; a copy
/// shares the pages and pays for those that it changes.
struct PagedRows<Row: Sendable>: Sendable {
    private var pages: [[Row]] = []
    private(set) var count = 0

    /// Rows of one page.
    private static var length: Int { 1024 }

    subscript(index: Int) -> Row {
        get { pages[index >> 10][index & 1023] }
        _modify { yield &pages[index >> 10][index & 1023] }
    }

    mutating func append(_ row: Row) {
        if count & 1023 == 0 {
            var page: [Row] = []
            page.reserveCapacity(PagedRows.length)
            pages.append(page)
        }
        pages[count >> 10].append(row)
        count += 1
    }

    var heldBytes: Int { pages.count * PagedRows.length * MemoryLayout<Row>.stride }
}
