internal import Glibc

/// A blocking client that sends exactly the bytes it is given: for judging a server by what a hostile or broken client
/// sees. Every wait is bounded.
package final class RawClient {
    private let descriptor: Int32

    /// Connects to 127.0.0.1, from `source` (another loopback address) where one is given.
    package init?(port: UInt16, source: String? = nil) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        if let source, !RawClient.withAddress(source, 0, { bind(descriptor, $0, $1) == 0 }) { return nil }
        guard RawClient.withAddress("127.0.0.1", port, { connect(descriptor, $0, $1) == 0 }) else { return nil }
        setTimeout(milliseconds: 5000)
    }

    package func setTimeout(milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// One read: bytes, empty at the end, nil on a reset or a time-out.
    package func receive(atMost size: Int = 65_536) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: size)
        let count = recv(descriptor, &buffer, size, 0)
        guard count >= 0 else { return nil }
        return Array(buffer[..<count])
    }

    /// Everything until the server closes; `isClosed` is false when it did not within the time-out, `wasReset` tells
    /// how.
    package func receiveAll() -> (text: String, isClosed: Bool, wasReset: Bool) {
        var all: [UInt8] = []
        while true {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                all += buffer[..<count]
                continue
            }
            let text = String(decoding: all, as: UTF8.self)
            if count == 0 { return (text, true, false) }
            return (text, errno == ECONNRESET, errno == ECONNRESET)
        }
    }

    /// Reads until `marker` has come, for answers on a connection that stays open.
    package func receive(until marker: String) -> String? {
        var text = ""
        while !text.contains(marker) {
            guard let bytes = receive(), !bytes.isEmpty else { return nil }
            text += String(decoding: bytes, as: UTF8.self)
        }
        return text
    }

    package func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    package func setReceiveBuffer(_ bytes: Int32) {
        var size = bytes
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    private static func withAddress(
        _ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return false }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
