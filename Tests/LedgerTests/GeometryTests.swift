// Proves where frames go: never beyond the end, never into the reserve unless they may, in order, without a gap but
// for the end of a segment, for every length near the borders and for random groups.
import LedgerTestKit
import Testing

@testable import Ledger

struct GeometryTests {
    @Test func limits() {
        #expect(SegmentGeometry(size: 32_768) != nil)
        #expect(SegmentGeometry(size: 28_672) == nil)
        #expect(SegmentGeometry(size: 40_000) == nil)
        #expect(SegmentGeometry(size: 1 << 31) != nil)
        #expect(SegmentGeometry(size: (1 << 31) + 4096) == nil)
        #expect(SegmentGeometry.standard.size == 67_108_864)
        #expect(SegmentGeometry(size: SegmentGeometry.standard.size) == .standard)
    }

    @Test func smallRecordsStayWhole() throws {
        let geometry = try #require(SegmentGeometry(size: 32_768))
        let start = SegmentGeometry.Cursor(segment: 0, offset: 64)
        #expect(geometry.place(100, at: start, usingReserve: false) == .init(cursor: start, plaintext: 100))
        let nearEnd = SegmentGeometry.Cursor(segment: 0, offset: 32_768 - 8_192 - 376)
        #expect(Frame.length(plaintext: 100) == 376)
        #expect(geometry.place(100, at: nearEnd, usingReserve: false).cursor == nearEnd)
        #expect(geometry.place(101, at: nearEnd, usingReserve: false).cursor == .init(segment: 1, offset: 64))
        #expect(geometry.place(101, at: nearEnd, usingReserve: true).cursor == nearEnd)
    }

    @Test func groupsStayTogether() throws {
        let geometry = try #require(SegmentGeometry(size: 32_768))
        let late = SegmentGeometry.Cursor(segment: 3, offset: 20_000)
        #expect(geometry.start(ofGroup: [1_000, 1_000], at: late) == late)
        #expect(geometry.start(ofGroup: [3_000, 3_000], at: late) == .init(segment: 4, offset: 64))
        // Larger than any segment: begins here and goes on.
        #expect(geometry.start(ofGroup: [100_000, 500], at: late) == late)
    }

    @Test func randomRecordsNeverLeaveTheirPlace() throws {
        var random = SeededRandom(11)
        for size in [32_768, 65_536, 1 << 20] {
            let geometry = try #require(SegmentGeometry(size: size))
            var cursor = SegmentGeometry.Cursor(segment: 0, offset: 64)
            for _ in 0..<5_000 {
                let length = random.below(8) == 0 ? random.below(3 * size) : random.below(6_000)
                let planned = geometry.end(ofGroup: [length], at: cursor, usingReserve: false)
                cursor = geometry.start(ofGroup: [length], at: cursor)
                var remaining = length
                repeat {
                    let placement = geometry.place(remaining, at: cursor, usingReserve: false)
                    #expect(placement.plaintext > 0 || remaining == 0)
                    #expect(placement.plaintext <= min(remaining, Frame.maximumPlaintext))
                    #expect(placement.end.offset <= size - SegmentGeometry.reserve)
                    #expect(
                        placement.cursor == cursor || placement.cursor == .init(segment: cursor.segment + 1, offset: 64)
                    )
                    remaining -= placement.plaintext
                    cursor = placement.end
                } while remaining > 0
                #expect(cursor == planned)
            }
        }
    }
}
