internal import Bytes
internal import Installation
internal import Notices
internal import Runtime
internal import Transport

/// Who is told, by the settings.
@EventLoop
struct NoticeReceivers {
    private let settings: Settings
    private let network: InstallationNetwork
    private let secret: SecretBytes?

    init(_ settings: Settings, _ network: InstallationNetwork, _ secret: SecretBytes?) {
        self.settings = settings
        self.network = network
        self.secret = secret
    }

    /// - Parameter lost: told of each notice that is lost, by the receiver's name.
    func sinks(_ lost: @escaping @EventLoop (String) -> Void) -> [NoticeSink] {
        var sinks: [NoticeSink] = []
        if let place = NoticePlace(syslog: settings.notices.syslog), let origin = origin(place) {
            let channel = SyslogChannel(origin, installation: settings.origin)
            sinks.append(NoticeSink("syslog", channel) { lost("syslog") })
        }
        if let place = NoticePlace(webhook: settings.notices.webhook), let secret, let origin = origin(place) {
            let channel = WebhookChannel(
                ClientPool(), origin, host: place.authority, target: place.target, secret: secret,
                installation: settings.origin)
            sinks.append(NoticeSink("webhook", channel) { lost("webhook") })
        }
        return sinks
    }

    /// With TLS by the authorities of `upstream_authorities`, else the machine's.
    private func origin(_ place: NoticePlace) -> ClientOrigin? {
        network.origin(host: place.host, port: place.port, isTLS: place.isTLS)
    }
}
