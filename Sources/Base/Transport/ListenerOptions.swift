package import TLS

/// How clients come in on a listening socket.
package struct ListenerOptions: Sendable {
    /// With certificates, clients speak TLS.
    package var identity: ServerIdentity?
    /// Peers, load balancers, that say who their client is in a PROXY header, and must. Nobody else is believed.
    package var relays: [AddressNetwork]

    package init(identity: ServerIdentity? = nil, relays: [AddressNetwork] = []) {
        self.identity = identity
        self.relays = relays
    }
}
