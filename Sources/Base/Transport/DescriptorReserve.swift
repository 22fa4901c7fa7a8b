internal import Runtime

/// Descriptors that TCP sockets leave to files and to Unix sockets: a ledger that cannot open a file takes its node
/// down, a cut-off must come through; a client that is turned away only asks again.
package enum DescriptorReserve {
    /// LIMIT: descriptors that no client and no connection to an upstream gets.
    package static let count = 64

    /// Whether a socket's number says that fewer are left. The kernel gives the lowest one that is free.
    static func isTouched(by descriptor: Int32) -> Bool { Int(descriptor) >= DescriptorLimit.current - count }
}
