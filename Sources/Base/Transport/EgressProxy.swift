package import Bytes
internal import Runtime
internal import TLS

/// A proxy through which connections leave the perimeter (RFC 9110 section 9.3.6): it sees names, ports and sealed
/// bytes, never a request.
package final class EgressProxy: Sendable, Hashable {
    package let place: ClientOrigin.Place
    /// Nil for a proxy that is spoken to in the clear.
    package let tls: ServerName?
    private let login: Lock<SecretBytes?>

    /// - Parameter login: `user:password` (RFC 7617), or nil.
    package init(_ place: ClientOrigin.Place, tls: ServerName? = nil, login: SecretBytes? = nil) {
        self.place = place
        self.tls = tls
        self.login = Lock(login)
    }

    /// Takes another login for new tunnels.
    package func replace(login other: SecretBytes?) { login.withLock { $0 = other } }

    /// The value of Proxy-Authorization.
    var authorization: String? {
        login.withLock { $0 }.map { login in "Basic " + login.withUnsafeBytes { Base64.encode(Array($0)) } }
    }

    package static func == (left: EgressProxy, right: EgressProxy) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
