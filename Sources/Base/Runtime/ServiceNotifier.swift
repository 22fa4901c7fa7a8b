internal import CLinux
internal import Glibc

/// Tells the service manager that started this process how it is (sd_notify(3)): datagrams of lines `NAME=value` to the
/// Unix socket that `NOTIFY_SOCKET` names. Without one nothing is told. Never waits; a message that does not fit into
/// the socket is lost.
package struct ServiceNotifier: Sendable {
    private let path: String?
    /// How often the manager wants to hear `WATCHDOG=1`, in nanoseconds; nil when it does not watch.
    package let watchdogNanoseconds: UInt64?

    package init(environment: [String: String] = CurrentProcess.environment) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(CurrentProcess.pid)" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { UInt64($0) } ?? 0
        // Half of the time that it waits, as sd_watchdog_enabled(3) recommends.
        watchdogNanoseconds =
            path != nil && isForUs && (1...3_600_000_000).contains(microseconds) ? microseconds * 500 : nil
    }

    package func ready() { send("READY=1") }
    package func stopping() { send("STOPPING=1") }
    package func watchdog() { send("WATCHDOG=1") }
    /// One line that the manager shows.
    package func status(_ text: String) { send("STATUS=" + text.split(separator: "\n").joined(separator: " ")) }

    private func send(_ message: String) {
        guard let path else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        // LIMIT: sun_path holds 108 bytes; an abstract name begins with a zero instead of `@` (unix(7)).
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = MemoryLayout<sa_family_t>.size + name.count + (path.hasPrefix("@") ? 0 : 1)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                _ = bytes.withUnsafeBytes {
                    sendto(
                        descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL),
                        target, socklen_t(length))
                }
            }
        }
    }
}
