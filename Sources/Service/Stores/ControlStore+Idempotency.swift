package import Crypto
package import Storage
package import Vocabulary

/// Calls that were made under a key of the caller's, so that one that is sent twice is done once.
extension ControlStore {
    /// LIMIT: how long a key is kept.
    package static var idempotencySeconds: Int64 { 24 * 3600 }
    /// LIMIT: calls that are kept; the oldest make room.
    private static var idempotentCallsKept: Int64 { 100_000 }

    /// What is known of a call.
    package enum IdempotentCall: Equatable, Sendable {
        /// It is noted now, and to be done.
        case fresh
        /// The key stands for another call.
        case other
        /// It was begun, and nobody noted its end.
        case open
        case done(status: Int, sealed: [UInt8])
    }

    /// Notes that a call begins, unless one with its key is known.
    /// - Parameters:
    ///   - id: digest of caller and key.
    ///   - request: digest of what is asked.
    package func beginIdempotent(_ id: Digest, request: Digest, at now: Instant) throws(StorageError) -> IdempotentCall
    {
        try database.transaction { () throws(StorageError) -> IdempotentCall in
            try database.run(
                "DELETE FROM idempotency WHERE at < ?",
                [.integer(now.adding(seconds: -ControlStore.idempotencySeconds).nanoseconds)])
            var known: IdempotentCall?
            try database.query("SELECT request, status, answer FROM idempotency WHERE id = ?", [.blob(id.bytes)]) {
                row in
                if row.blob(0) != request.bytes {
                    known = .other
                } else if let status = row.optionalInteger(1) {
                    known = .done(status: Int(clamping: status), sealed: row.blob(2))
                } else {
                    known = .open
                }
            }
            if let known { return known }
            try database.run(
                "INSERT INTO idempotency (id, request, at) VALUES (?, ?, ?)",
                [.blob(id.bytes), .blob(request.bytes), .integer(now.nanoseconds)])
            try database.run(
                "DELETE FROM idempotency WHERE number <= (SELECT max(number) FROM idempotency) - ?",
                [.integer(ControlStore.idempotentCallsKept)])
            return .fresh
        }
    }

    /// - Parameter sealed: nil for a call that was refused: it may be made again under its key.
    package func endIdempotent(_ id: Digest, status: Int, sealed: [UInt8]?) throws(StorageError) {
        if let sealed {
            try database.run(
                "UPDATE idempotency SET status = ?, answer = ? WHERE id = ?",
                [.integer(Int64(status)), .blob(sealed), .blob(id.bytes)])
        } else {
            try database.run("DELETE FROM idempotency WHERE id = ?", [.blob(id.bytes)])
        }
    }
}
