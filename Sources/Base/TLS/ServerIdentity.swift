internal import Runtime

/// A server's certificates as they lie on disk now: watched, read again when they change, and used for new connections
/// while open ones live on. A set that cannot be used leaves the one before in place.
package final class ServerIdentity: Sendable {
    private let watch: FileWatch
    private let tickets: TicketKeys
    private let files: TLSServerContext.Files
    private let current: Lock<TLSServerContext>

    /// Blocking.
    package init(_ files: TLSServerContext.Files, tickets: TicketKeys) throws(TLSError) {
        self.files = files
        self.tickets = tickets
        watch = FileWatch(files.paths)
        current = Lock(try TLSServerContext(files, tickets: tickets))
    }

    package var context: TLSServerContext { current.withLock { $0 } }
    package var notAfter: Int64 { context.notAfter }

    /// Blocking. Nil when nothing changed; to be called again and again.
    package func reload() -> IdentityReload? {
        guard watch.hasChanged() else { return nil }
        do throws(TLSError) {
            let made = try TLSServerContext(files, tickets: tickets)
            current.withLock { $0 = made }
            return .replaced(notAfter: made.notAfter)
        } catch {
            return .kept(error)
        }
    }
}

/// What came of files that changed.
package enum IdentityReload: Sendable, Equatable {
    case replaced(notAfter: Int64)
    /// The new files cannot be used; those before stay in use.
    case kept(TLSError)
}
