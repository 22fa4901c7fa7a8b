internal import Bytes
internal import Crypto
internal import Files
internal import Runtime
package import Transport

/// A simulated vendor: `portcullis simulate`. Written from the vendors' published schemas and sharing nothing with the
/// gate but the wire, so that it can judge it. See docs/simulator.md and docs/formats/byte-log.md.
package enum Simulator {
    /// LIMIT: how long answers may go on after the signal to end.
    private static let drainTime: UInt64 = .seconds(5)
    /// LIMIT: connections, where the descriptors allow as many.
    private static let connectionLimit = 20_000
    /// Descriptors for everything that is no connection.
    private static let reservedDescriptors = 64

    /// Takes over the calling thread until SIGTERM or SIGINT: answers go on for 5 s and are then cut; a second signal
    /// cuts them at once.
    /// - Parameter listening: called once clients can connect, with the address, whose port is chosen by now.
    package static func run(
        _ options: SimulatorOptions, listening: @Sendable (SocketAddress) -> Void
    ) throws(SimulatorError) {
        let key = try KeyCheck(file: options.keyFile)
        var script = Script.empty
        if let file = options.scriptFile { script = try ScriptReader.file(file) }
        let socket: ListeningSocket
        do throws(ListeningSocket.Failure) {
            socket = try ListeningSocket.open(options.listen, shared: false)
        } catch {
            throw .listen(error)
        }
        let descriptors = DescriptorLimit.raise()
        let lost = Lock<String?>(nil)
        do throws(FileError) {
            try EventLoop.run { () throws(FileError) in
                let vendor = try SimulatedVendor(
                    options, key: key, script: script, socket: socket,
                    connections: min(connectionLimit, max(1, descriptors - reservedDescriptors)), drainTime: drainTime,
                    bookLost: { reason in lost.withLock { $0 = reason } })
                vendor.open()
                listening(socket.address)
            }
        } catch {
            throw .file(error)
        }
        if let reason = lost.withLock({ $0 }) { throw .bookLost(reason) }
    }
}
