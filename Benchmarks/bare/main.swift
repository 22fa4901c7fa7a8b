// The engine alone: relays every request to one address, with no decision and no record. `make bench` compares the
// product with it. usage: bare LISTEN_ADDRESS:PORT UPSTREAM_ADDRESS:PORT
internal import Glibc
internal import Runtime
internal import Transport

func say(_ text: String, on descriptor: Int32) {
    var line = text + "\n"
    line.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
}

guard CommandLine.arguments.count == 3, let listen = SocketAddress(CommandLine.arguments[1]),
    let upstream = SocketAddress(CommandLine.arguments[2])
else {
    say("usage: bare LISTEN_ADDRESS:PORT UPSTREAM_ADDRESS:PORT", on: 2)
    exit(2)
}
let socket: ListeningSocket
do throws(ListeningSocket.Failure) {
    socket = try ListeningSocket.open(listen, shared: false)
} catch {
    say("bare: \(error.message)", on: 2)
    exit(3)
}
let descriptors = DescriptorLimit.raise()
EventLoop.run {
    let proxy = Proxy(to: upstream, connections: max(16, (descriptors - 64) / 2))
    proxy.open(socket)
    say(socket.address.description, on: 1)
}
