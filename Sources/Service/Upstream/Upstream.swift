internal import Bytes
internal import HTTP
package import Ledger
package import Registry
package import Runtime
package import Transport

/// The only way to a model: uses an `Admission` up, adds the credential and sends. Law 1.
@EventLoop
package final class Upstream {
    private let pool: ClientPool
    private let credentials: any CredentialSource
    private let origin: (Deployment) -> ClientOrigin?

    /// - Parameter origin: how a deployment is reached; nil where there is no way to trust whoever answers.
    package init(
        pool: ClientPool, credentials: any CredentialSource, origin: @escaping (Deployment) -> ClientOrigin?
    ) {
        self.pool = pool
        self.credentials = credentials
        self.origin = origin
    }

    package var connectionCount: Int { pool.connectionCount }

    /// Sends the admitted bytes to the admitted deployment.
    /// - Parameter target: path and query at the protocol's root, as the dialect has it.
    /// - Parameter headers: without credentials, host and framing.
    package func open(
        _ admission: consuming Admission, to deployment: Deployment, target: String,
        headers: [(name: String, value: String)], observer: any ClientCallObserver
    ) throws(UpstreamRefusal) -> ClientCall {
        precondition(admission.deployment == deployment.id, "an admission for one deployment cannot open another")
        let endpoint = deployment.endpoint
        guard let origin = origin(deployment) else { throw .noTrust(host: endpoint.host) }
        var head = HeadWriter()
        head.request(method: "POST", target: Upstream.target(target, under: endpoint.basePath))
        head.field("host", Upstream.host(endpoint))
        for header in headers { head.field(named: header.name, header.value) }
        try authenticate(deployment, &head)
        head.field("content-length", admission.outgoing.count)
        head.end()
        let times = CallTimes(
            connect: .milliseconds(UInt64(deployment.timeouts.connectMilliseconds)),
            firstByte: .milliseconds(UInt64(deployment.timeouts.firstByteMilliseconds)),
            idle: .milliseconds(UInt64(deployment.timeouts.idleMilliseconds)))
        return pool.send(
            head: head.bytes, body: admission.outgoing, to: origin, times: times, observer: observer)
    }

    private func authenticate(_ deployment: Deployment, _ head: inout HeadWriter) throws(UpstreamRefusal) {
        let scheme: (name: StaticString, prefix: String)
        switch deployment.authentication {
        case .none: return
        case .bearer: scheme = ("authorization", "Bearer ")
        case .xAPIKey: scheme = ("x-api-key", "")
        case .apiKey: scheme = ("api-key", "")
        }
        guard let credential = credentials.credential(for: deployment.id) else { throw .noCredential(deployment.id) }
        let text = scheme.prefix + credential.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        guard HeadWriter.accepts(text) else { throw .unusableCredential(deployment.id) }
        head.field(scheme.name, text)
    }

    /// The protocol's path under the deployment's base. A base that ends in the version which the path begins with
    /// stands for it: `https://host/v1` and `/v1/chat/completions` meet in `/v1/chat/completions`.
    static func target(_ target: String, under base: String) -> String {
        guard base.hasSuffix("/v1"), target.hasPrefix("/v1/") else { return base + target }
        return base + target.dropFirst(3)
    }

    private static func host(_ endpoint: EndpointAddress) -> String {
        let name = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        return endpoint.port == endpoint.scheme.standardPort ? name : "\(name):\(endpoint.port)"
    }
}
