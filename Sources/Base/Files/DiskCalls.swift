/// The system calls under `File` and `Folder`: a test puts a disk of its own beneath the same loops and the same order
/// of flushes. Each returns what the call returns, with errno negated in place of -1.
///
/// The product has one, `LinuxDisk`, which holds nothing; a call through it costs some nanoseconds more than a direct
/// one, a write of a page costs thousands.
package protocol DiskCalls: Sendable {
    func open(_ path: String, _ flags: Int32, _ permissions: UInt32) -> Int32
    func close(_ descriptor: Int32)
    func pread(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ offset: UInt64) -> Int
    func pwrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: UInt64) -> Int
    func fdatasync(_ descriptor: Int32) -> Int32
    func fsync(_ descriptor: Int32) -> Int32
    func ftruncate(_ descriptor: Int32, _ length: UInt64) -> Int32
    /// Advice: what is cached of the file, and clean, is not needed.
    func forgetPages(_ descriptor: Int32)
    func rename(_ from: String, _ to: String) -> Int32
    func mkdir(_ path: String, _ permissions: UInt32) -> Int32
    func unlink(_ path: String) -> Int32
    func rmdir(_ path: String) -> Int32
    /// What a path names; a link as itself unless it is followed.
    func kind(_ path: String, followingLinks: Bool) -> FileKind
    /// Without `.` and `..`, in the order of the file system.
    func names(_ path: String) -> DiskNames
}

package enum FileKind: Sendable {
    case missing, file, folder, other
}

package enum DiskNames: Sendable {
    case names([String])
    /// A negated errno.
    case failed(Int32)
}
