internal import Bytes

/// One record of the byte log, in bytes; docs/formats/byte-log.md describes them one by one.
///
///     offset  size  field
///     0       4     length n of the whole record, big-endian like every number here
///     4       1     kind
///     5       1     detail, by kind
///     6       2     zero
///     8       8     connection, counted from 1; 0 where none is meant
///     16      8     CLOCK_REALTIME, nanoseconds since 1970 UTC, signed
///     24      8     CLOCK_MONOTONIC, nanoseconds
///     32      n-36  payload, by kind
///     n-4     4     n once more, so that a record torn by a crash is told from a whole one
enum ByteLogRecord {
    static let version: UInt32 = 1
    static let frameLength = 36
    /// At the beginning of a start record's payload: what a reader looks for behind a torn record.
    static let magic: StaticString = "portcullis-bytes"

    enum Kind: UInt8 {
        case started = 1
        case opened = 2
        case received = 3
        case request = 4
        case body = 5
        case played = 6
        case written = 7
        case answered = 8
        case ended = 9
        case stopped = 10
    }

    /// Detail of `answered`: how the answer to one request ended.
    enum Outcome: UInt8 {
        case complete = 0
        case clientClosed = 1
        case clientReset = 2
        /// This side cut it: by a script's fault.
        case scriptedReset = 3
        case scriptedClose = 4
        /// The engine refused the request's body or lost the client before the answer began.
        case refused = 5
        /// This side stopped.
        case stopped = 6
        /// The connection failed or timed out.
        case failed = 7
    }

    /// Detail of `ended`.
    enum End: UInt8 {
        case closedByPeer = 0
        case resetByPeer = 1
        case closed = 2
        case reset = 3
        case failed = 4
    }

    /// CLOCK_REALTIME and CLOCK_MONOTONIC of one moment.
    struct Moment: Sendable {
        var wall: Int64
        var monotonic: UInt64
    }
}

extension [UInt8] {
    /// Appends one whole record; `payload` appends what it holds.
    mutating func append(
        record kind: ByteLogRecord.Kind, detail: UInt8 = 0, connection: UInt64, _ moment: ByteLogRecord.Moment,
        payload: (inout [UInt8]) -> Void = { _ in }
    ) {
        let start = count
        append(bigEndian: UInt32(0))
        append(kind.rawValue)
        append(detail)
        append(bigEndian: UInt16(0))
        append(bigEndian: connection)
        append(bigEndian: moment.wall)
        append(bigEndian: moment.monotonic)
        payload(&self)
        // Bodies are limited to 32 MiB and writes to what waits for a socket, far below 4 GiB.
        let length = UInt32(clamping: count - start + 4)
        replace(at: start, bigEndian: length)
        append(bigEndian: length)
    }
}
