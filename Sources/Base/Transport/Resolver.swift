internal import CLinux
internal import Glibc
internal import Runtime

/// Names to addresses by the machine's own resolver, on a thread of its own, because getaddrinfo blocks. Answers are
/// kept for a short while; failures are not.
@EventLoop
final class Resolver {
    /// LIMIT: names remembered.
    private static let capacity = 1024
    private static let keepNanoseconds: UInt64 = .seconds(30)

    private var known: [String: (addresses: [SocketAddress.Host], until: UInt64)] = [:]
    private var waiting: [String: [([SocketAddress.Host]) -> Void]] = [:]
    private lazy var thread = WorkThread(name: "resolver", capacity: 256)

    /// Calls back with an empty list for an unknown name.
    func addresses(of name: String, _ completion: @escaping ([SocketAddress.Host]) -> Void) {
        if let literal = SocketAddress.literal(name) { return completion([literal]) }
        if let entry = known[name], entry.until > Reactor.shared.now { return completion(entry.addresses) }
        if waiting[name] != nil {
            waiting[name]?.append(completion)
            return
        }
        waiting[name] = [completion]
        let taken = thread.submit {
            let addresses = Resolver.lookUp(name)
            EventLoop.post { [weak self] in self?.answered(name, addresses) }
        }
        if !taken { answered(name, []) }
    }

    private func answered(_ name: String, _ addresses: [SocketAddress.Host]) {
        if !addresses.isEmpty {
            if known.count >= Resolver.capacity { known.removeAll() }
            known[name] = (addresses, Reactor.shared.now &+ Resolver.keepNanoseconds)
        }
        for completion in waiting.removeValue(forKey: name) ?? [] { completion(addresses) }
    }

    private nonisolated static func lookUp(_ name: String) -> [SocketAddress.Host] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress.Host] = []
        var entry = list
        while let info = entry?.pointee {
            var storage = sockaddr_storage()
            if let address = info.ai_addr, Int(info.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size {
                withUnsafeMutableBytes(of: &storage) { out in
                    out.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
                }
                if let host = SocketAddress(storage)?.host, !addresses.contains(host) { addresses.append(host) }
            }
            entry = info.ai_next
        }
        return addresses
    }
}
