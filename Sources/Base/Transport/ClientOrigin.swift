package import TLS

/// Where a pool connects to, and how: two that differ in anything share no connection.
package struct ClientOrigin: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case name(String, port: UInt16)
        case address(SocketAddress)

        /// A name, or an address literal, and a port.
        package init(host: String, port: UInt16) {
            if let literal = SocketAddress.literal(host) {
                self = .address(SocketAddress(literal, port: port))
            } else {
                self = .name(host, port: port)
            }
        }
    }

    package let place: Place
    /// With TLS, or in the clear.
    package let tls: ServerName?
    /// Through a tunnel, or directly.
    package let proxy: EgressProxy?

    package init(_ place: Place, tls: ServerName? = nil, proxy: EgressProxy? = nil) {
        self.place = place
        self.tls = tls
        self.proxy = proxy
    }

    /// Which socket is opened: the proxy's, where there is one.
    var dialled: Place { proxy?.place ?? place }
}

/// The name that a server's certificate must be for, and the identity under which it is spoken to.
package struct ServerName: Hashable, Sendable {
    package let name: String
    package let identity: ClientIdentity

    package init(_ name: String, identity: ClientIdentity) {
        self.name = name
        self.identity = identity
    }

    package static func == (left: ServerName, right: ServerName) -> Bool {
        left.name == right.name && left.identity === right.identity
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(ObjectIdentifier(identity))
    }
}
