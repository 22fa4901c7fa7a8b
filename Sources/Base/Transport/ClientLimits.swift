internal import Runtime

/// LIMIT: what a pool may use of one origin.
package struct ClientLimits: Sendable {
    package var connectionsPerOrigin = 10_000
    package var idlePerOrigin = 512
    package var waitingPerOrigin = 10_000
    /// Connection attempts begun in one turn of the loop, all origins together: a burst must not starve open streams.
    package var connectsPerTurn = 64
    package var idleTime: UInt64 = .seconds(55)

    package init() {}
}

/// How long each part of a call may take, in nanoseconds.
package struct CallTimes: Sendable, Equatable {
    package var connect: UInt64
    /// From the start of sending to the end of the answer's head.
    package var firstByte: UInt64
    /// Between two reads of the answer.
    package var idle: UInt64

    package init(connect: UInt64 = .seconds(5), firstByte: UInt64 = .seconds(600), idle: UInt64 = .seconds(120)) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
    }
}
