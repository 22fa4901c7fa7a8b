internal import CLinux
internal import Glibc
internal import Runtime

/// Connects to the first of several addresses that answers: one after the other, each with a short head start before
/// the next (RFC 8305 section 5, without its history). The others are closed.
@EventLoop
final class Dialler: TimerTarget {
    /// LIMIT: of the time before the next address is tried beside those under way (RFC 8305 section 8).
    private static let headStart: UInt64 = .milliseconds(250)
    /// LIMIT: addresses of one name that are tried.
    private static let mostAddresses = 8

    @EventLoop
    private final class Try: EventSource {
        let descriptor: Int32
        var registration: Reactor.Registration?
        unowned let dialler: Dialler

        init(_ descriptor: Int32, _ dialler: Dialler) {
            self.descriptor = descriptor
            self.dialler = dialler
        }

        func ready(_ events: Readiness) {
            var number: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
            dialler.settled(self, errorNumber: number)
        }
    }

    private var rest: ArraySlice<SocketAddress>
    private var tries: [Try] = []
    private var lastError = ENETUNREACH
    private var timer: Reactor.Timer?
    private var completion: ((Result<Int32, ClientFault>) -> Void)?

    /// - Parameter completion: a connected descriptor, or why there is none; never called before `start` returns.
    init(_ addresses: [SocketAddress], _ completion: @escaping (Result<Int32, ClientFault>) -> Void) {
        rest = Dialler.interleaved(addresses).prefix(Dialler.mostAddresses)
        self.completion = completion
    }

    /// The families in turn, beginning with the resolver's first choice (RFC 8305 section 4).
    nonisolated static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        var one = addresses.filter { $0.host.isV6 == first.host.isV6 }[...]
        var other = addresses.filter { $0.host.isV6 != first.host.isV6 }[...]
        var mixed: [SocketAddress] = []
        while !one.isEmpty || !other.isEmpty {
            if let next = one.popFirst() { mixed.append(next) }
            if let next = other.popFirst() { mixed.append(next) }
        }
        return mixed
    }

    func start() { tryNext() }

    func timerFired(token: UInt32) {
        timer = nil
        tryNext()
    }

    private func tryNext() {
        cancelTimer()
        while let address = rest.popFirst() {
            guard let attempt = begin(address) else { continue }
            tries.append(attempt)
            if !rest.isEmpty { timer = Reactor.shared.schedule(after: Dialler.headStart, self, token: 0) }
            return
        }
        if tries.isEmpty { EventLoop.post { self.finish(.failure(self.fault)) } }
    }

    private var fault: ClientFault {
        lastError == EMFILE || lastError == ENFILE ? .overloaded : .connectFailed(errorNumber: lastError)
    }

    private func begin(_ address: SocketAddress) -> Try? {
        let descriptor = portcullis_socket(address.family, Int32(SOCK_STREAM.rawValue))
        guard descriptor >= 0 else {
            lastError = errno
            return nil
        }
        if case .unix = address.host {
        } else {
            guard !DescriptorReserve.isTouched(by: descriptor) else {
                lastError = EMFILE
                Glibc.close(descriptor)
                return nil
            }
            ByteChannel(descriptor: descriptor).disableNagle()
        }
        let result = address.withSockaddr { connect(descriptor, $0, $1) }
        lastError = result == nil ? ENAMETOOLONG : errno
        guard let result, result == 0 || lastError == EINPROGRESS else {
            Glibc.close(descriptor)
            return nil
        }
        let attempt = Try(descriptor, self)
        guard let registration = Reactor.shared.register(descriptor, attempt, .writable) else {
            lastError = errno
            Glibc.close(descriptor)
            return nil
        }
        attempt.registration = registration
        return attempt
    }

    private func settled(_ attempt: Try, errorNumber: Int32) {
        guard let registration = attempt.registration else { return }
        Reactor.shared.cancel(registration)
        attempt.registration = nil
        tries.removeAll { $0 === attempt }
        guard errorNumber != 0 else { return finish(.success(attempt.descriptor)) }
        lastError = errorNumber
        Glibc.close(attempt.descriptor)
        // The next need not wait for its turn.
        if !rest.isEmpty || tries.isEmpty { tryNext() }
    }

    private func finish(_ result: Result<Int32, ClientFault>) {
        let completion = completion
        cancel()
        completion?(result)
    }

    /// Nothing more is said.
    func cancel() {
        completion = nil
        cancelTimer()
        rest = []
        for attempt in tries {
            if let registration = attempt.registration { Reactor.shared.cancel(registration) }
            attempt.registration = nil
            Glibc.close(attempt.descriptor)
        }
        tries = []
    }

    private func cancelTimer() {
        if let timer { Reactor.shared.cancel(timer) }
        timer = nil
    }
}
