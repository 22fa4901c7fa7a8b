package import Runtime
package import Transport

/// Notices to a syslog server over TLS (RFC 5425). The protocol has no answer: what the kernel has taken is delivered.
@EventLoop
package final class SyslogChannel: NoticeChannel {
    private let stream: ClientStream
    private let installation: String

    package init(_ origin: ClientOrigin, installation: String) {
        stream = ClientStream(to: origin)
        self.installation = installation
    }

    package func deliver(_ notice: Notice) async -> NoticeQueue.Delivery {
        await stream.send(SyslogMessage.frame(notice, installation: installation)) ? .taken : .failed
    }
}
