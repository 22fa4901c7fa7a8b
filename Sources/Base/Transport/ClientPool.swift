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
    private var connectsThisTurn = 0

    private struct Origin {
        var idle: [ClientConnection] = []
        var open = 0
        var connecting = 0
        /// Calls without a connection, oldest first.
        var waiting: [ClientCall] = []
        var addresses: [SocketAddress] = []
        var nextAddress = 0
        var isResolving = false
    }

    package init(limits: ClientLimits = ClientLimits()) {
        self.limits = limits
        Reactor.shared.addTurnHook { [weak self] in self?.turnEnded() }
    }

    package var connectionCount: Int { connections.count }

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
            let address = origin.addresses[origin.nextAddress % origin.addresses.count]
            let times = origin.waiting[0].times
            guard let connection = begin(address, key, times.connect) else {
                let number = errno
                let isLacking = number == EMFILE || number == ENFILE
                let fault = isLacking ? ClientFault.overloaded : .connectFailed(errorNumber: number)
                EventLoop.post { self.failFirstWaiting(key, fault) }
                return
            }
            connections[ObjectIdentifier(connection)] = connection
            origins[key]?.open += 1
            origins[key]?.connecting += 1
        }
    }

    /// Begins to connect; when the process has no descriptor left, a kept connection is given up for it.
    private func begin(_ address: SocketAddress, _ key: ClientOrigin, _ time: UInt64) -> ClientConnection? {
        if let connection = ClientConnection(address, origin: key, pool: self, connectTime: time) { return connection }
        guard errno == EMFILE || errno == ENFILE, let kept = origins.values.lazy.compactMap(\.idle.first).first else {
            return nil
        }
        kept.close(reset: false)
        return ClientConnection(address, origin: key, pool: self, connectTime: time)
    }

    private func resolve(_ key: ClientOrigin) {
        guard origins[key]?.isResolving == false else { return }
        switch key.place {
        case .address(let address):
            origins[key]?.addresses = [address]
            connectIfNeeded(key)
        case .name(let name, let port):
            origins[key]?.isResolving = true
            resolver.addresses(of: name) { [weak self] hosts in
                guard let self else { return }
                origins[key]?.isResolving = false
                origins[key]?.addresses = hosts.map { SocketAddress($0, port: port) }
                if hosts.isEmpty { failAllWaiting(key, .unknownHost) } else { connectIfNeeded(key) }
            }
        }
    }

    func connected(_ connection: ClientConnection) {
        origins[connection.origin]?.connecting -= 1
        if origins[connection.origin]?.waiting.isEmpty == false,
            let call = origins[connection.origin]?.waiting.removeFirst()
        {
            connection.carry(call)
        } else {
            released(connection)
        }
    }

    func connectFailed(_ connection: ClientConnection, _ fault: ClientFault) {
        let key = connection.origin
        origins[key]?.connecting -= 1
        // The next attempt goes to the next address; names are looked up again when all have been tried.
        let tried = (origins[key]?.nextAddress ?? 0) + 1
        origins[key]?.nextAddress = tried
        if let count = origins[key]?.addresses.count, case .name = key.place, tried % max(count, 1) == 0 {
            origins[key]?.addresses = []
        }
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
