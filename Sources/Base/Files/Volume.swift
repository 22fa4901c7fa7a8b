internal import Glibc

/// The file system that a path lies on.
package enum Volume {
    /// What this user may still write, in bytes; nil when the path is not there. statvfs(3) asks the kernel, not the
    /// disk.
    package static func freeBytes(_ path: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
    }
}
