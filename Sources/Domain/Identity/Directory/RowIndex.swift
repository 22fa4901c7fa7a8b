/// Finds rows by the hash of their names: open addressing with linear probing, cut into 256 tables that grow one by
/// one, so that no insertion moves more than a 256th of it.
struct RowIndex: Sendable {
    /// A power of two of slots, at most three quarters of them taken.
    private struct Table: Sendable {
        /// The hash's lower half above the row plus one; 0 is free.
        var slots: [UInt64] = []
        var taken = 0
    }

    private var tables = [Table](repeating: Table(), count: 256)

    /// The first row under this hash that `isIt` recognises.
    func find(_ hash: UInt64, _ isIt: (Int) -> Bool) -> Int? {
        let number = Int(hash >> 56)
        let count = tables[number].slots.count
        guard count > 0 else { return nil }
        let wanted = hash & 0xFFFF_FFFF
        var at = Int(wanted) & (count - 1)
        while true {
            let slot = tables[number].slots[at]
            if slot == 0 { return nil }
            if slot >> 32 == wanted {
                let row = Int(slot & 0xFFFF_FFFF) - 1
                if isIt(row) { return row }
            }
            at = (at + 1) & (count - 1)
        }
    }

    mutating func insert(_ hash: UInt64, _ row: Int) {
        RowIndex.insert(hash & 0xFFFF_FFFF, row, into: &tables[Int(hash >> 56)])
    }

    private static func insert(_ wanted: UInt64, _ row: Int, into table: inout Table) {
        if (table.taken + 1) * 4 > table.slots.count * 3 { grow(&table) }
        let count = table.slots.count
        var at = Int(wanted) & (count - 1)
        while table.slots[at] != 0 { at = (at + 1) & (count - 1) }
        table.slots[at] = wanted << 32 | UInt64(row + 1)
        table.taken += 1
    }

    private static func grow(_ table: inout Table) {
        let old = table.slots
        table.slots = [UInt64](repeating: 0, count: max(16, old.count * 2))
        table.taken = 0
        for slot in old where slot != 0 { insert(slot >> 32, Int(slot & 0xFFFF_FFFF) - 1, into: &table) }
    }

    /// Does nothing for a row that is not there. Those behind it move up, so that no mark of the removed one stays.
    mutating func remove(_ hash: UInt64, _ row: Int) {
        RowIndex.remove(hash & 0xFFFF_FFFF, row, from: &tables[Int(hash >> 56)])
    }

    private static func remove(_ wanted: UInt64, _ row: Int, from table: inout Table) {
        let count = table.slots.count
        guard count > 0 else { return }
        var hole = Int(wanted) & (count - 1)
        while table.slots[hole] != wanted << 32 | UInt64(row + 1) {
            if table.slots[hole] == 0 { return }
            hole = (hole + 1) & (count - 1)
        }
        var at = hole
        while true {
            at = (at + 1) & (count - 1)
            let slot = table.slots[at]
            if slot == 0 { break }
            // One whose own place lies behind the hole would not be found any more if it moved before it.
            let own = Int(slot >> 32) & (count - 1)
            if (at - own) & (count - 1) >= (at - hole) & (count - 1) {
                table.slots[hole] = slot
                hole = at
            }
        }
        table.slots[hole] = 0
        table.taken -= 1
    }

    var heldBytes: Int { tables.reduce(0) { $0 + $1.slots.count * 8 } }
}
