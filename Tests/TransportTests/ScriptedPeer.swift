// An upstream that misbehaves by script: each request gets the next answer; nil closes a connection that was just used.
import Glibc
import Runtime
import Testing

final class ScriptedPeer: Sendable {
    let port: UInt16
    private let thread = WorkThread(name: "scripted-peer")
    private let stop = Lock(false)

    convenience init(_ answers: [String?], closes: Bool = false, silent: Bool = false) throws {
        try self.init(pieces: answers.map { $0.map { [Array($0.utf8)] } }, closes: closes, silent: silent)
    }

    /// - Parameters:
    ///   - answers: each in the pieces in which it is sent.
    ///   - pauseMilliseconds: between two pieces.
    init(
        pieces answers: [[[UInt8]]?], closes: Bool = false, silent: Bool = false, pauseMilliseconds: UInt32 = 0
    ) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(bound)
        port = UInt16(bigEndian: address.sin_port)
        let stop = stop
        thread.submit {
            defer { close(listener) }
            var wait = timeval(tv_sec: 3, tv_usec: 0)
            setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            var rest = answers[...]
            while !rest.isEmpty {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
                var noDelay: Int32 = 1
                setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while let answer = rest.first {
                    // A nil answer: the request is read and the kept connection closed without a byte.
                    guard recv(client, &buffer, buffer.count, 0) > 0 else { break }
                    rest.removeFirst()
                    if silent { while !stop.withLock({ $0 }) { sched_yield() } }
                    guard let answer else { break }
                    for piece in answer {
                        send(client, piece, piece.count, Int32(MSG_NOSIGNAL))
                        if pauseMilliseconds > 0 { usleep(pauseMilliseconds * 1000) } else { sched_yield() }
                    }
                    if closes { break }
                }
                close(client)
            }
        }
    }

    func finish() {
        stop.withLock { $0 = true }
        thread.finish()
    }
}
