internal import Glibc
package import Runtime

/// Connections to upstreams, kept per origin and used again, the warmest first. Bounded in connections, in those begun
/// a turn, and in calls that wait.
@EventLoop
package final class ClientPool {
    package nonisolated let limits: ClientLimits
    private let resolver = Resolver()
    private var origins: [ClientOrigin: PooledOrigin] = [:]
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var openings: [ObjectIdentifier: ClientOpening] = [:]
    private var connectsThisTurn = 0

    package init(limits: ClientLimits = ClientLimits()) {
        self.limits = limits
        Reactor.shared.addTurnHook { [weak self] in self?.turnEnded() }
    }

    package var connectionCount: Int { connections.count + openings.count }

    /// Sends a request. The observer hears of everything that follows, never before this returns.
    /// - Parameter head: complete, with host and framing, blank line included.
    package func send(
        head: [UInt8], body: [UInt8], to origin: ClientOrigin, times: CallTimes, observer: any ClientCallObserver
    ) -> ClientCall {
        let call = ClientCall(
            head: head, body: body, times: times, origin: pooled(origin), observer: observer, pool: self)
        place(call, mayReuse: true)
        return call
    }

    /// Closes kept connections; for tests and the end.
    package func closeIdle() {
        for origin in origins.values { for connection in origin.idle { connection.close(reset: false) } }
    }

    private func pooled(_ key: ClientOrigin) -> PooledOrigin {
        if let known = origins[key] { return known }
        let origin = PooledOrigin(key)
        origins[key] = origin
        return origin
    }

    private func place(_ call: ClientCall, mayReuse: Bool) {
        let origin = call.origin
        if mayReuse, let connection = origin.idle.popLast() { return connection.carry(call) }
        guard origin.waiting.count < limits.waitingPerOrigin else {
            EventLoop.post { call.fail(.overloaded) }
            return
        }
        origin.waiting.append(call)
        connectIfNeeded(origin)
    }

    func resend(_ call: ClientCall) { place(call, mayReuse: false) }

    func withdraw(_ call: ClientCall) { call.origin.waiting.removeAll { $0 === call } }

    // MARK: Connecting

    private func connectIfNeeded(_ origin: PooledOrigin) {
        guard !origin.waiting.isEmpty else { return }
        if origin.addresses.isEmpty { return resolve(origin) }
        while origin.connecting < origin.waiting.count, origin.open < limits.connectionsPerOrigin {
            guard connectsThisTurn < limits.connectsPerTurn else { return }
            connectsThisTurn += 1
            let time = origin.waiting[0].times.connect
            let opening = ClientOpening(origin.key, origin.addresses, time: time) { [weak self] opening, result in
                self?.opened(opening, origin, result)
            }
            openings[ObjectIdentifier(opening)] = opening
            origin.open += 1
            origin.connecting += 1
            opening.start()
        }
    }

    private func resolve(_ origin: PooledOrigin) {
        guard !origin.isResolving else { return }
        switch origin.key.dialled {
        case .address(let address):
            origin.addresses = [address]
            connectIfNeeded(origin)
        case .name(let name, let port):
            origin.isResolving = true
            resolver.addresses(of: name) { [weak self] hosts in
                guard let self else { return }
                origin.isResolving = false
                origin.addresses = hosts.map { SocketAddress($0, port: port) }
                if hosts.isEmpty {
                    failAllWaiting(origin, origin.key.proxy == nil ? .unknownHost : .proxyUnreachable)
                } else {
                    connectIfNeeded(origin)
                }
            }
        }
    }

    private func opened(
        _ opening: ClientOpening, _ origin: PooledOrigin, _ result: Result<ByteChannel, ClientFault>
    ) {
        openings[ObjectIdentifier(opening)] = nil
        origin.connecting -= 1
        switch result {
        case .success(let channel):
            guard let connection = ClientConnection(channel, origin: origin, pool: self) else {
                let number = errno
                channel.close(isWhole: true)
                return openingFailed(origin, .connectFailed(errorNumber: number))
            }
            connections[ObjectIdentifier(connection)] = connection
            released(connection)
        case .failure(.overloaded) where giveUpKept():
            // The process has no descriptor left; a kept connection has made room for this one.
            origin.open -= 1
            connectIfNeeded(origin)
        case .failure(let fault): openingFailed(origin, fault)
        }
    }

    private func giveUpKept() -> Bool {
        guard let kept = origins.values.lazy.compactMap(\.idle.first).first else { return false }
        kept.close(reset: false)
        return true
    }

    private func openingFailed(_ origin: PooledOrigin, _ fault: ClientFault) {
        origin.open -= 1
        // All addresses have been tried; a name may have others by now.
        if case .name = origin.key.dialled { origin.addresses = [] }
        failFirstWaiting(origin, fault)
        connectIfNeeded(origin)
    }

    private func failFirstWaiting(_ origin: PooledOrigin, _ fault: ClientFault) {
        guard !origin.waiting.isEmpty else { return }
        origin.waiting.removeFirst().fail(fault)
    }

    private func failAllWaiting(_ origin: PooledOrigin, _ fault: ClientFault) {
        let calls = origin.waiting
        origin.waiting = []
        for call in calls { EventLoop.post { call.fail(fault) } }
    }

    // MARK: Keeping

    func released(_ connection: ClientConnection) {
        let origin = connection.origin
        if !origin.waiting.isEmpty { return connection.carry(origin.waiting.removeFirst()) }
        guard origin.idle.count < limits.idlePerOrigin else { return connection.close(reset: false) }
        origin.idle.append(connection)
    }

    func forget(_ connection: ClientConnection, wasIdle: Bool) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        let origin = connection.origin
        origin.open -= 1
        if wasIdle { origin.idle.removeAll { $0 === connection } }
        connectIfNeeded(origin)
    }

    private func turnEnded() {
        let wasFull = connectsThisTurn >= limits.connectsPerTurn
        connectsThisTurn = 0
        guard wasFull else { return }
        // More wanted to connect than one turn allows: go on in the next.
        EventLoop.post { [weak self] in
            guard let self else { return }
            for origin in origins.values { connectIfNeeded(origin) }
        }
    }
}
