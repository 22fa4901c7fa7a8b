internal import HTTP
internal import Runtime
internal import Transport

/// One exchange on its way through: the request as it came, the answer whole when it is small and has a length, else
/// chunk by chunk as it comes.
@EventLoop
final class Relay: ClientCallObserver, ServerExchangeObserver {
    /// LIMIT: bytes of an answer that is sent in one piece.
    private static let wholeBytes = 64 * 1024

    private let exchange: ServerExchange
    private var call: ClientCall?
    private var answer: ResponseHead?
    private var whole: [UInt8] = []
    private var isStreaming = false

    private init(_ exchange: ServerExchange) { self.exchange = exchange }

    static func start(_ exchange: ServerExchange, _ body: [UInt8], _ proxy: Proxy) {
        let relay = Relay(exchange)
        exchange.observer = relay
        var head = HeadWriter()
        head.request(named: exchange.head.method, target: exchange.head.target)
        head.field("host", proxy.authority)
        head.endToEnd(exchange.head.fields)
        if exchange.head.body != .none { head.field("content-length", body.count) }
        head.end()
        relay.call = proxy.pool.send(
            head: head.bytes, body: body, to: proxy.origin, times: proxy.times, observer: relay)
    }

    // MARK: From the upstream

    func call(_ call: ClientCall, received head: ResponseHead) {
        switch head.body {
        case .none:
            answer = head
            return
        case .length(let length) where length <= Relay.wholeBytes:
            answer = head
            whole.reserveCapacity(length)
            return
        default: break
        }
        isStreaming = true
        exchange.startStream(head: Relay.head(of: head))
    }

    func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer) {
        guard isStreaming else { return whole.append(contentsOf: bytes) }
        exchange.send(chunk: bytes)
        if exchange.isCongested { call.pause() }
    }

    func callEnded(_ call: ClientCall) {
        if isStreaming {
            exchange.endStream()
        } else if let answer {
            exchange.respond(status: answer.status, head: Relay.head(of: answer), body: whole)
        }
        end()
    }

    func call(_ call: ClientCall, failed fault: ClientFault) {
        if isStreaming {
            exchange.breakOff()
        } else {
            exchange.respond(status: 502, fields: [], body: [])
        }
        end()
    }

    // MARK: From the client

    func exchangeLost(_ exchange: ServerExchange) {
        call?.cancel()
        end()
    }

    func exchangeDrained(_ exchange: ServerExchange) { call?.resume() }

    private func end() {
        call = nil
    }

    private static func head(of answer: ResponseHead) -> HeadWriter {
        var head = HeadWriter()
        head.status(answer.status)
        head.endToEnd(answer.fields)
        return head
    }
}
