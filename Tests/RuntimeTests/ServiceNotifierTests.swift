// Proves what a service manager is told, by a socket of its kind, and that nothing is told without one.
import Glibc
import Runtime
import Testing

struct ServiceNotifierTests {
    /// Receives at a socket of this name what `body` has told.
    private func told(_ name: String, _ body: (String) -> Void) -> [String] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (name.hasPrefix("@") ? 0 : 1))
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        #expect(bound == 0)
        body(name)
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 512)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return messages }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    @Test(arguments: ["/tmp/portcullis-notify-\(getpid())", "@portcullis-notify-\(getpid())"])
    func everythingThatIsTold(name: String) {
        defer { unlink(name) }
        let messages = told(name) { name in
            let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": name])
            notifier.ready()
            notifier.status("two\nlines")
            notifier.watchdog()
            notifier.stopping()
        }
        #expect(messages == ["READY=1", "STATUS=two lines", "WATCHDOG=1", "STOPPING=1"])
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "30000000"], nil), (["NOTIFY_SOCKET": "/x"], nil),
            (["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000"], 15_000_000_000),
            (["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"], nil),
            (["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "many"], nil),
            (["NOTIFY_SOCKET": "tcp:1", "WATCHDOG_USEC": "30000000"], nil),
        ] as [([String: String], UInt64?)])
    func howOftenTheWatchdogIsFed(environment: [String: String], period: UInt64?) {
        #expect(ServiceNotifier(environment: environment).watchdogNanoseconds == period)
    }

    @Test func nobodyToTell() {
        ServiceNotifier(environment: [:]).ready()
        ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nowhere/at/all"]).ready()
        ServiceNotifier(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)]).ready()
    }
}
