package import TLS

/// How an installation speaks with the world around it: certificates, relays, the way out. Paths are as written;
/// relative ones begin in the data folder. An empty text is "not set".
package struct NetworkSettings: Sendable, Equatable {
    /// One listener's certificates.
    package struct Listener: Sendable, Equatable {
        package var certificate = ""
        package var key = ""
        package var clientAuthorities = ""
        package var clientCertificates = ClientCertificates.none
        /// For other names (SNI).
        package var more: [CertificateFiles] = []
    }

    /// What one deployment needs besides.
    package struct Upstream: Sendable, Equatable {
        package var deployment: String
        package var authorities = ""
        package var certificate = ""
        package var key = ""
        /// That the certificate must have; else the endpoint's host.
        package var serverName = ""
        /// An address as in `egress_proxy`, `direct`, or empty for what holds for all.
        package var proxy = ""

        package init(deployment: String) { self.deployment = deployment }
    }

    package var gate = Listener()
    package var console = Listener()
    /// Networks whose hosts are relays: comma-separated.
    package var proxyProtocolFrom = ""
    package var upstreamAuthorities = ""
    /// `http://HOST:PORT` or `https://HOST:PORT`.
    package var egressProxy = ""
    /// A file with `user:password`, mode 0600.
    package var egressProxyLogin = ""
    package var egressProxyAuthorities = ""
    /// Hosts that are reached directly: names, `.domain` for all names in it, networks; comma-separated.
    package var egressProxyExcept = ""
    package var upstreams: [Upstream] = []

    package init() {}
}
