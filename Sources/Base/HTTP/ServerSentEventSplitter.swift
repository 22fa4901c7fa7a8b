/// Splits a stream into whole events, however it is cut into pieces. Bytes that make whole events are read where they
/// lie; only the rest of a piece is kept, so an idle stream owns no memory and a usual chunk allocates nothing.
package struct ServerSentEventSplitter: Sendable {
    /// LIMIT: bytes of one event.
    package static let eventLimit = 8 << 20
    /// Storage beyond this is given back when nothing waits.
    private static let keptCapacity = 4096

    package struct EventTooLong: Error, Equatable {}

    private var pending: [UInt8] = []
    private var progress = Progress()

    package init() {}

    /// Bytes of an event that is not complete.
    package var pendingCount: Int { pending.count }

    /// Gives every event that `piece` completes to `take`, in order.
    package mutating func feed(
        _ piece: UnsafeRawBufferPointer, _ take: (ServerSentEvent) -> Void
    ) throws(EventTooLong) {
        if pending.isEmpty {
            let used = progress.events(in: piece, take)
            guard piece.count - used <= ServerSentEventSplitter.eventLimit else { throw EventTooLong() }
            if used < piece.count { pending.append(contentsOf: piece[used...]) }
            return
        }
        pending.append(contentsOf: piece)
        let used = pending.withUnsafeBytes { progress.events(in: $0, take) }
        if used == pending.count {
            pending.removeAll(keepingCapacity: pending.capacity <= ServerSentEventSplitter.keptCapacity)
        } else if used > 0 {
            pending.removeFirst(used)
        }
        guard pending.count <= ServerSentEventSplitter.eventLimit else { throw EventTooLong() }
    }

    /// Ends the stream: gives what waits as if a blank line had followed.
    package mutating func finish(_ take: (ServerSentEvent) -> Void) {
        guard !pending.isEmpty else { return }
        let waiting = pending.count
        var ended = pending
        ended.append(contentsOf: [0x0A, 0x0A])
        ended.withUnsafeBytes { bytes in
            var progress = Progress()
            _ = progress.events(in: bytes) { event in
                guard let start = bytes.baseAddress, let own = event.bytes.baseAddress else { return }
                let offset = own - start
                guard offset < waiting else { return }
                let length = min(event.bytes.count, waiting - offset)
                take(
                    ServerSentEvent(
                        bytes: UnsafeRawBufferPointer(rebasing: event.bytes[..<length]), name: event.name,
                        data: event.data, dataCount: event.dataCount))
            }
        }
        pending = []
    }

    /// How far the event that is being read has come; offsets count from its first byte.
    private struct Progress {
        private var lines = ServerSentEventLines()
        private var name: Range<Int>?
        private var data: Range<Int>?
        private var dataCount = 0

        /// Gives all events that are complete and returns the bytes they take.
        mutating func events(in bytes: UnsafeRawBufferPointer, _ take: (ServerSentEvent) -> Void) -> Int {
            var used = 0
            var rest = bytes
            while let line = lines.next(in: rest) {
                if line.range.isEmpty {
                    take(event(of: rest, length: line.next))
                    used += line.next
                    rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
                    lines.drop(line.next)
                    name = nil
                    data = nil
                    dataCount = 0
                } else if let field = ServerSentEventLines.field(rest[line.range], of: rest) {
                    if field.is("event") { name = field.value }
                    if field.is("data") {
                        if dataCount == 0 { data = field.value }
                        dataCount += 1
                    }
                }
            }
            return used
        }

        private func event(of bytes: UnsafeRawBufferPointer, length: Int) -> ServerSentEvent {
            ServerSentEvent(
                bytes: UnsafeRawBufferPointer(rebasing: bytes[..<length]),
                name: UnsafeRawBufferPointer(rebasing: bytes[name ?? 0..<0]),
                data: UnsafeRawBufferPointer(rebasing: bytes[data ?? 0..<0]), dataCount: dataCount)
        }
    }
}
