internal import Files
internal import Runtime

/// Notices that files were replaced. A chain and its key are two files, replaced one after the other: a change counts
/// when the next look finds the same, so that the moment between them is not taken for a bad pair.
final class FileWatch: Sendable {
    private struct Seen {
        var used: [FileVersion?]
        var last: [FileVersion?]
    }

    private let paths: [String]
    private let seen: Lock<Seen>

    /// What is there now counts as used.
    init(_ paths: [String]) {
        self.paths = paths
        let now = paths.map { WholeFile.version($0) }
        seen = Lock(Seen(used: now, last: now))
    }

    /// Blocking. True once for each change.
    func hasChanged() -> Bool {
        let now = paths.map { WholeFile.version($0) }
        return seen.withLock { seen in
            defer { seen.last = now }
            guard now != seen.used, now == seen.last else { return false }
            seen.used = now
            return true
        }
    }
}
