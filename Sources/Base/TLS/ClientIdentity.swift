internal import Runtime

/// Whom a client trusts and what it shows, as it lies on disk now; see `ServerIdentity`.
package final class ClientIdentity: Sendable {
    private let watch: FileWatch
    private let files: TLSClientContext.Files
    private let current: Lock<TLSClientContext>

    /// Blocking.
    package init(_ files: TLSClientContext.Files) throws(TLSError) {
        self.files = files
        watch = FileWatch(files.paths)
        current = Lock(try TLSClientContext(files))
    }

    package var context: TLSClientContext { current.withLock { $0 } }
    /// 0 without a certificate of its own.
    package var notAfter: Int64 { context.notAfter }

    /// Blocking. Nil when nothing changed; to be called again and again.
    package func reload() -> IdentityReload? {
        guard watch.hasChanged() else { return nil }
        do throws(TLSError) {
            let made = try TLSClientContext(files)
            current.withLock { $0 = made }
            return .replaced(notAfter: made.notAfter)
        } catch {
            return .kept(error)
        }
    }
}
