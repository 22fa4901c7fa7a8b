internal import Glibc
package import Runtime

/// Connections to upstreams, kept per origin and used again, the warmest first. Bounded in connections, in those begun
/// a turn, and in calls that wait.
@EventLoop
package final class ClientPool {
    package nonisolated let limits: ClientLimits
    private let resolver = Resolver()
    private var origins: [ClientOrigin: Origin] = [:]
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var openings: [ObjectIdentifier: ClientOpening] = [:]
    private var connectsThisTurn = 0

    private struct Origin {
        var idle: [ClientConnection] = []
        var open = 0
        var connecting = 0
        /// Calls without a connection, oldest first.
        var waiting: [ClientCall] = []
        var addresses: [SocketAddress] = []
        var isResolving = false
    }

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
        let call = ClientCall(head: head, body: body, times: times, origin: origin, observer: observer, pool: self)
        place(call, mayReuse: true)
        return call
    }

    /// Closes kept connections; for tests and the end.
    package func closeIdle() {
        for origin in origins.values { for connection in origin.idle { connection.close(reset: false) } }
    }

    private func place(_ call: ClientCall, mayReuse: Bool) {
        if mayReuse, let connection = origins[call.origin, default: Origin()].idle.popLast() {
            return connection.carry(call)
        }
        guard origins[call.origin, default: Origin()].waiting.count < limits.waitingPerOrigin else {
            EventLoop.post { call.fail(.overloaded) }
            return
        }
        origins[call.origin, default: Origin()].waiting.append(call)
        connectIfNeeded(call.origin)
    }

    func resend(_ call: ClientCall) { place(call, mayReuse: false) }

    func withdraw(_ call: ClientCall) { origins[call.origin]?.waiting.removeAll { $0 === call } }

    // MARK: Connecting

    private func connectIfNeeded(_ key: ClientOrigin) {
        guard let origin = origins[key], !origin.waiting.isEmpty else { return }
        if origin.addresses.isEmpty { return resolve(key) }
        while let origin = origins[key], origin.connecting < origin.waiting.count,
            origin.open < limits.connectionsPerOrigin
        {
            guard connectsThisTurn < limits.connectsPerTurn else { return }
            connectsThisTurn += 1
            let opening = ClientOpening(key, origin.addresses, time: origin.waiting[0].times.connect) {
                [weak self] opening, result in self?.opened(opening, result)
            }
            openings[ObjectIdentifier(opening)] = opening
            origins[key]?.open += 1
            origins[key]?.connecting += 1
            opening.start()
        }
    }

    private func resolve(_ key: ClientOrigin) {
        guard origins[key]?.isResolving == false else { return }
        switch key.dialled {
        case .address(let address):
            origins[key]?.addresses = [address]
            connectIfNeeded(key)
        case .name(let name, let port):
            origins[key]?.isResolving = true
            resolver.addresses(of: name) { [weak self] hosts in
                guard let self else { return }
                origins[key]?.isResolving = false
                origins[key]?.addresses = hosts.map { SocketAddress($0, port: port) }
                if hosts.isEmpty {
                    failAllWaiting(key, key.proxy == nil ? .unknownHost : .proxyUnreachable)
                } else {
                    connectIfNeeded(key)
                }
            }
        }
    }

    private func opened(_ opening: ClientOpening, _ result: Result<ByteChannel, ClientFault>) {
        let key = opening.origin
        openings[ObjectIdentifier(opening)] = nil
        origins[key]?.connecting -= 1
        switch result {
        case .success(let channel):
            guard let connection = ClientConnection(channel, origin: key, pool: self) else {
                let number = errno
                channel.close(isWhole: true)
                return openingFailed(key, .connectFailed(errorNumber: number))
            }
            connections[ObjectIdentifier(connection)] = connection
            released(connection)
        case .failure(let fault): openingFailed(key, fault)
        }
    }

    private func openingFailed(_ key: ClientOrigin, _ fault: ClientFault) {
        origins[key]?.open -= 1
        // All addresses have been tried; a name may have others by now.
        if case .name = key.dialled { origins[key]?.addresses = [] }
        failFirstWaiting(key, fault)
        connectIfNeeded(key)
    }

    private func failFirstWaiting(_ key: ClientOrigin, _ fault: ClientFault) {
        guard origins[key]?.waiting.isEmpty == false, let call = origins[key]?.waiting.removeFirst() else { return }
        call.fail(fault)
    }

    private func failAllWaiting(_ key: ClientOrigin, _ fault: ClientFault) {
        let calls = origins[key]?.waiting ?? []
        origins[key]?.waiting = []
        for call in calls { EventLoop.post { call.fail(fault) } }
    }

    // MARK: Keeping

    func released(_ connection: ClientConnection) {
        let key = connection.origin
        if origins[key]?.waiting.isEmpty == false, let call = origins[key]?.waiting.removeFirst() {
            return connection.carry(call)
        }
        guard let idle = origins[key]?.idle.count, idle < limits.idlePerOrigin else {
            return connection.close(reset: false)
        }
        origins[key]?.idle.append(connection)
    }

    func forget(_ connection: ClientConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        origins[connection.origin]?.open -= 1
        origins[connection.origin]?.idle.removeAll { $0 === connection }
        connectIfNeeded(connection.origin)
    }

    private func turnEnded() {
        let wasFull = connectsThisTurn >= limits.connectsPerTurn
        connectsThisTurn = 0
        guard wasFull else { return }
        // More wanted to connect than one turn allows: go on in the next.
        EventLoop.post { [weak self] in
            guard let self else { return }
            for key in origins.keys { connectIfNeeded(key) }
        }
    }
}
