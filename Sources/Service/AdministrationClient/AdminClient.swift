internal import Glibc
internal import HTTP
package import Installation
internal import Runtime
internal import Transport
package import Vocabulary

/// Calls the administration of a running installation over a Unix socket in its data folder.
///
/// Threads: `send` belongs to the event loop; `call` blocks any other thread, and gives the process a loop if it has
/// none.
package struct AdminClient: Sendable {
    package typealias Method = StaticString

    /// LIMIT: bytes of an answer.
    package static let maximumAnswer = 256 << 20

    /// Keeps no connection: calls are rare, and the other side may be replaced between two of them.
    @EventLoop private static let pool = ClientPool()

    private let socket: String
    private let remedy: String
    /// How long an answer may take to begin; a call that waits for gateways takes its time.
    package var patienceSeconds: UInt64 = 30

    /// - Parameter remedy: how the process behind the socket is started.
    package init(socket: String, remedy: String) {
        self.socket = socket
        self.remedy = remedy
    }

    /// The console of an installation.
    package init(console folder: DataFolder) {
        self.init(socket: folder.socket, remedy: "start it with `portcullis up --data \(folder.root)`")
    }

    /// One gateway's own socket.
    package init(gateway node: NodeID, in folder: DataFolder) {
        self.init(
            socket: folder.socket(of: node), remedy: "start the gateways with `portcullis up --data \(folder.root)`")
    }

    /// Calls and waits. Not from the event loop, which would wait for itself.
    /// - Parameter key: of a person or source, as `Authorization: Bearer`.
    package func call(
        _ method: Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json", key: String? = nil
    ) throws(AdminFailure) -> AdminAnswer {
        precondition(!EventLoop.executor.isCurrent, "a blocking call on the event loop")
        LoopThread.start()
        let result = Lock<Result<AdminAnswer, AdminFailure>?>(nil)
        let gate = Gate()
        EventLoop.spawn {
            do throws(AdminFailure) {
                let answer = try await send(method, path, body: body, type: type, key: key)
                result.withLock { $0 = .success(answer) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
            gate.open()
        }
        gate.wait()
        guard let result = result.withLock({ $0 }) else {
            throw .noAnswer(socket: socket, problem: "cancelled")
        }
        return try result.get()
    }

    /// Calls on the event loop.
    @EventLoop
    package func send(
        _ method: Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json", key: String? = nil
    ) async throws(AdminFailure) -> AdminAnswer {
        var head = HeadWriter()
        head.request(method: method, target: path)
        head.field("host", "portcullis")
        if let body {
            head.field("content-type", type)
            head.field("content-length", body.count)
        }
        if let key {
            guard HeadWriter.accepts(key) else { throw .badKey }
            head.field("authorization", "Bearer " + key)
        }
        head.field("connection", "close")
        head.end()
        let result = await withUnsafeContinuation { continuation in
            let observer = AnswerCollector(continuation)
            observer.call = AdminClient.pool.send(
                head: head.bytes, body: body ?? [],
                to: ClientOrigin(.address(SocketAddress(.unix(socket)))), times: times, observer: observer)
        }
        do throws(AnswerCollector.Failure) { return try result.get() } catch {
            throw failure(error)
        }
    }

    private var times: CallTimes {
        CallTimes(connect: .seconds(2), firstByte: .seconds(patienceSeconds), idle: .seconds(30))
    }

    private func failure(_ failure: AnswerCollector.Failure) -> AdminFailure {
        switch failure {
        case .tooLong: .answerTooLong(socket: socket, limit: AdminClient.maximumAnswer)
        case .call(.connectFailed(let number)):
            switch number {
            case ENAMETOOLONG: .pathTooLong(socket: socket)
            case EACCES, EPERM: .mayNotConnect(socket: socket)
            default: .nothingAnswers(socket: socket, remedy: remedy)
            }
        case .call(let fault): .noAnswer(socket: socket, problem: fault.code)
        }
    }
}
