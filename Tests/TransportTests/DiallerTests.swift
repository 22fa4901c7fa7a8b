// Proves that of several addresses the first that answers is taken, families in turn, and that IPv6 is spoken on both
// sides.
import CLinux
import Glibc
import Runtime
import TestKit
import Testing

@testable import Transport

struct DiallerTests {
    private func address(_ text: String) throws -> SocketAddress { try #require(SocketAddress(text)) }

    private func dial(_ addresses: [SocketAddress]) async -> Result<SocketAddress?, ClientFault> {
        TestLoop.start()
        return await onLoop(addresses)
    }

    @EventLoop
    private func onLoop(_ addresses: [SocketAddress]) async -> Result<SocketAddress?, ClientFault> {
        var dialler: Dialler?
        let result = await withUnsafeContinuation { (done: UnsafeContinuation<Result<Int32, ClientFault>, Never>) in
            dialler = Dialler(addresses) { done.resume(returning: $0) }
            dialler?.start()
        }
        defer { dialler = nil }
        return result.map { descriptor in
            defer { close(descriptor) }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            _ = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
            }
            return SocketAddress(storage)
        }
    }

    @Test func aDeadAddressIsPassedOver() async throws {
        let service = await EchoService.start()
        let live = SocketAddress(.v4([127, 0, 0, 1]), port: await service.port)
        let free = try ListeningSocket.probe(try address("127.0.0.1:0"))
        #expect(await dial([free, live]) == .success(live))
        // Nothing answers from a network for documentation (RFC 5737): refused by the machine, or silent.
        #expect(await dial([SocketAddress(.v4([192, 0, 2, 1]), port: 9), live]) == .success(live))
        #expect(await dial([free]) == .failure(.connectFailed(errorNumber: ECONNREFUSED)))
        #expect(await dial([free, free]) == .failure(.connectFailed(errorNumber: ECONNREFUSED)))
    }

    @Test func familiesTakeTurns() throws {
        let (a, b, c) = (try address("[::1]:1"), try address("[::2]:1"), try address("[::3]:1"))
        let (d, e) = (try address("1.1.1.1:1"), try address("1.1.1.2:1"))
        #expect(Dialler.interleaved([a, b, c, d, e]) == [a, d, b, e, c])
        #expect(Dialler.interleaved([d, a, b]) == [d, a, b])
        #expect(Dialler.interleaved([]) == [])
    }

    @Test func bothFamiliesListen() async throws {
        let six = await EchoService.start(address: "[::1]:0")
        let loopback = try #require(SocketAddress.literal("::1"))
        #expect(
            await dial([SocketAddress(loopback, port: await six.port)])
                == .success(SocketAddress(loopback, port: await six.port)))
        let both = await EchoService.start(address: "[::]:0")
        let client = try #require(RawClient(port: await both.port))
        client.send("GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        // A client of IPv4 is one, whatever the listener (RFC 4291 section 2.5.5.2).
        #expect(client.receiveAll().text.contains("\r\n\r\n127.0.0.1:"))
    }
}
