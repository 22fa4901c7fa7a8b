/// A row with the name by which it is found.
protocol NamedRow: Sendable {
    var id: TextPlace { get }
    init(id: TextPlace)
}

/// Rows that are found by their names. A row keeps its number for as long as it is there, and others refer to it by
/// that; a row that is only referred to is there, too, and says so.
struct NamedRows<Row: NamedRow>: Sendable {
    private var rows = PagedRows<Row>()
    private var index = RowIndex()
    private var free: [UInt32] = []

    var count: Int { rows.count - free.count }

    subscript(row: Int) -> Row {
        get { rows[row] }
        _modify { yield &rows[row] }
    }

    func find(_ name: String, in texts: TextPool) -> Int? {
        name.withBytes { bytes in
            index.find(NamedRows.hash(bytes)) { texts.holds(bytes, at: rows[$0].id) }
        }
    }

    /// Finds it, or makes one that holds nothing but the name.
    mutating func take(_ name: String, in texts: inout TextPool) -> Int {
        name.withBytes { bytes in
            let hash = NamedRows.hash(bytes)
            if let row = index.find(hash, { texts.holds(bytes, at: rows[$0].id) }) { return row }
            let row = free.popLast().map { Int($0) } ?? rows.count
            if row == rows.count {
                rows.append(Row(id: texts.add(bytes)))
            } else {
                var place = rows[row].id
                texts.replace(&place, by: bytes)
                rows[row] = Row(id: place)
            }
            index.insert(hash, row)
            return row
        }
    }

    /// - Precondition: no other row refers to it.
    mutating func remove(_ name: String, in texts: TextPool) {
        guard let row = find(name, in: texts) else { return }
        name.withBytes { index.remove(NamedRows.hash($0), row) }
        // The room of its name is kept for the next one.
        rows[row] = Row(id: rows[row].id)
        free.append(UInt32(truncatingIfNeeded: row))
    }

    /// Seeded anew for each process, so that nobody can choose names that fall together.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    var heldBytes: Int { rows.heldBytes + index.heldBytes + free.capacity * 4 }
}
