internal import Runtime

/// LIMIT: everything that a client can use up, by name.
package struct ServerLimits: Sendable {
    /// Connections at once; beyond, a client is told 503 and closed.
    package var connections = 9_500
    package var bodyBytes = 32 * 1024 * 1024
    /// Request bodies in memory, of all connections together, from their first byte to the end of their exchange.
    package var bodyBytesTogether = 512 * 1024 * 1024
    /// Body bytes read before the handler has asked for the body, and bytes of pipelined requests.
    package var unreadBytes = 64 * 1024
    /// From the first byte of a head to its last, in nanoseconds. The others are, too.
    package var headTime: UInt64 = .seconds(10)
    /// Between two pieces of a body.
    package var bodyIdleTime: UInt64 = .seconds(20)
    /// For a whole body, besides a second for each 64 KiB.
    package var bodyTime: UInt64 = .seconds(60)
    /// A connection without a request.
    package var idleTime: UInt64 = .seconds(75)
    /// Without the client taking a byte of what waits for it.
    package var writeStallTime: UInt64 = .seconds(30)
    /// After a refusal, for the client to read it.
    package var lingerTime: UInt64 = .seconds(1)
    package var acceptsPerTurn = 64
    /// For a PROXY header and a handshake of TLS together.
    package var arrivalTime: UInt64 = .seconds(10)
    /// Clients that are at their PROXY header or handshake; beyond, they are closed.
    package var arrivals = 2_000
    /// Waiting output above which `ServerExchange.isCongested` turns true, and below which it turns false again.
    package var highWater = 64 * 1024
    package var lowWater = 16 * 1024

    package init() {}
}
