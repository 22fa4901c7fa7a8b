/// One change to a log's folder that the state machines ask for; paths are relative to the folder. Whoever performs it
/// reports back only when it is done as described, or that it failed. Folders on the way are made as needed.
package enum LedgerEffect: Sendable, Equatable {
    /// Writes `bytes` into an existing file and flushes its data (`fdatasync`). The commit of records: the hot one.
    case write(path: String, at: UInt64, bytes: [UInt8])
    /// Creates the file if need be, writes `bytes` at the offset, flushes the file, and its folder unless whoever
    /// performs this has flushed that name before: an earlier process may have made it and ended.
    case append(path: String, at: UInt64, bytes: [UInt8])
    /// Puts a whole file in place: written under a temporary name that begins with a dot, flushed, renamed, and the
    /// folder flushed.
    case replace(path: String, bytes: [UInt8])
    /// Puts several whole files in place, each at once or not at all in the sight of programs. Nothing is flushed: of
    /// files that are derived from others, and that recovery makes again after a stop of the machine.
    case derive([ReplacedFile])
    /// Flushes files that were derived before, and the folders on the way to them; then replaces the file that says so.
    case settle([String], mark: ReplacedFile)
    /// Creates (or truncates and creates anew) a file of `size` bytes: `header`, then zeros, all of them written, not
    /// a hole; flushes it and its folder.
    case prepareSegment(path: String, header: [UInt8], size: Int)
    /// Overwrites a range of a file with zeros and flushes it.
    case clear(path: String, from: UInt64, count: UInt64)
    /// Cuts a file to a length and flushes it. One that is not there is left so.
    case truncate(path: String, length: UInt64)
    /// Removes a folder of files, if it is there. Not flushed: it may come back after a crash.
    case removeFolder(path: String)
}

/// A file that is put in place whole.
package struct ReplacedFile: Sendable, Equatable {
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
