/// Where a pool connects to.
package struct ClientOrigin: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case name(String, port: UInt16)
        case address(SocketAddress)
    }

    package let place: Place

    package init(_ place: Place) { self.place = place }
}
