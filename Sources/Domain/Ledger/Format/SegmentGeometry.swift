/// Where frames go: pure arithmetic over segments of one size.
package struct SegmentGeometry: Hashable, Sendable {
    /// LIMIT: at least the header, the reserve and a few records.
    package static let minimumSize = 32_768
    /// LIMIT: offsets in a write are 32 bits for the reader's index.
    package static let maximumSize = 1 << 31
    package static let defaultSize = 64 << 20
    /// Held back at a segment's end for OPEN, CLOSE and GAP.
    package static let reserve = 8_192
    /// A record that does not fit whole is continued in the next segment only if at least this much of it stays here.
    static let leastFragment = 4_096

    package let size: Int

    /// Nil outside of the limits, or if the size is no multiple of 4,096.
    package init?(size: Int) {
        guard (SegmentGeometry.minimumSize...SegmentGeometry.maximumSize).contains(size), size.isMultiple(of: 4096)
        else { return nil }
        self.size = size
    }

    package static let standard = SegmentGeometry(unchecked: defaultSize)

    private init(unchecked size: Int) { self.size = size }

    struct Cursor: Hashable, Sendable {
        var segment: UInt64
        var offset: Int
    }

    /// Place and length of the next part of a record.
    struct Placement: Equatable {
        var cursor: Cursor
        var plaintext: Int
        var end: Cursor {
            Cursor(segment: cursor.segment, offset: cursor.offset + Frame.length(plaintext: plaintext))
        }
    }

    private func room(at cursor: Cursor, usingReserve: Bool) -> Int {
        (usingReserve ? size : size - SegmentGeometry.reserve) - cursor.offset
    }

    /// The next part of a record of which `remaining` bytes are left.
    func place(_ remaining: Int, at cursor: Cursor, usingReserve: Bool) -> Placement {
        let room = room(at: cursor, usingReserve: usingReserve)
        let fitting = Frame.plaintext(room: room)
        if remaining <= fitting { return Placement(cursor: cursor, plaintext: remaining) }
        if fitting >= SegmentGeometry.leastFragment {
            return Placement(cursor: cursor, plaintext: min(remaining, fitting))
        }
        let next = Cursor(segment: cursor.segment + 1, offset: SegmentHeader.length)
        let fresh = Frame.plaintext(room: self.room(at: next, usingReserve: usingReserve))
        return Placement(cursor: next, plaintext: min(remaining, fresh))
    }

    /// Where a group of records begins that should reach the disk in one write: in the next segment if it fits there
    /// whole and here not; otherwise here.
    func start(ofGroup lengths: [Int], at cursor: Cursor) -> Cursor {
        let whole = lengths.reduce(0) { $0 + ($1 > Frame.maximumPlaintext ? size : Frame.length(plaintext: $1)) }
        let next = Cursor(segment: cursor.segment + 1, offset: SegmentHeader.length)
        let fitsHere = whole <= room(at: cursor, usingReserve: false)
        let fitsThere = whole <= room(at: next, usingReserve: false)
        return fitsHere || !fitsThere ? cursor : next
    }

    /// Where the cursor stands after a group of records.
    func end(ofGroup lengths: [Int], at cursor: Cursor, usingReserve: Bool) -> Cursor {
        var cursor = usingReserve ? cursor : start(ofGroup: lengths, at: cursor)
        for length in lengths {
            var remaining = length
            repeat {
                let placement = place(remaining, at: cursor, usingReserve: usingReserve)
                remaining -= placement.plaintext
                cursor = placement.end
            } while remaining > 0
        }
        return cursor
    }
}
