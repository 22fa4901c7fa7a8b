internal import Transport

/// Who outside is told of alerts and administrative acts. An empty text is "nobody".
package struct NoticeSettings: Sendable, Equatable {
    /// `HOST:PORT` of a syslog server that speaks TLS (RFC 5425).
    package var syslog = ""
    /// `https://HOST[:PORT]/PATH`; `http://` on loopback only.
    package var webhook = ""
    /// The path of the file with the secret that signs what the webhook gets; mode 0600.
    package var webhookSecret = ""

    package init() {}
}

/// A place outside as a setting names it.
package struct NoticePlace: Sendable, Equatable {
    package var isTLS: Bool
    package var host: String
    package var port: UInt16
    /// Path and query; empty for syslog.
    package var target: String

    /// As the Host field has it.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isTLS ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// `HOST:PORT`, `[::1]:PORT`.
    package init?(syslog text: String) {
        guard let (host, port) = NoticePlace.parts(text), let port else { return nil }
        self.init(isTLS: true, host: host, port: port, target: "")
    }

    /// Nil for anything but `https://…`, and `http://…` on loopback.
    package init?(webhook text: String) {
        let isTLS = text.hasPrefix("https://")
        guard isTLS || text.hasPrefix("http://") else { return nil }
        let rest = text.dropFirst(isTLS ? 8 : 7)
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let (host, port) = NoticePlace.parts(String(rest[..<end])), isTLS || NoticePlace.isLoopback(host) else {
            return nil
        }
        let target = end == rest.endIndex ? "/" : String(rest[end...])
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else { return nil }
        self.init(isTLS: isTLS, host: host, port: port ?? (isTLS ? 443 : 80), target: target)
    }

    private init(isTLS: Bool, host: String, port: UInt16, target: String) {
        self.isTLS = isTLS
        self.host = host
        self.port = port
        self.target = target
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && SocketAddress.literal(host) != nil)
    }

    /// A name or an address literal, and a port if one is there.
    private static func parts(_ text: String) -> (host: String, port: UInt16?)? {
        var host = text
        var port: UInt16?
        let isBracketed = text.hasPrefix("[")
        if let colon = text.lastIndex(of: ":"), !isBracketed || text[..<colon].hasSuffix("]") {
            guard let number = UInt16(text[text.index(after: colon)...]), number > 0 else { return nil }
            port = number
            host = String(text[..<colon])
        }
        if isBracketed {
            guard host.hasSuffix("]") else { return nil }
            host = String(host.dropFirst().dropLast())
        }
        let isGood =
            (1...253).contains(host.utf8.count)
            && host.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
                case 0x3A: isBracketed
                default: false
                }
            }
        return isGood ? (host, port) : nil
    }
}

extension Settings {
    static var noticeFields: [Field] {
        [
            field(
                "syslog", expected: "HOST:PORT of a syslog server that speaks TLS, such as syslog.example:6514",
                \.notices.syslog
            ) { NoticePlace(syslog: $0) != nil },
            field(
                "webhook", expected: "https://HOST[:PORT]/PATH, or http:// on loopback", \.notices.webhook
            ) { NoticePlace(webhook: $0) != nil },
            field("webhook_secret", expected: "the path of a file", \.notices.webhookSecret) {
                !$0.contains("\0") && $0.utf8.count <= 4096
            },
        ]
    }

    private static func field(
        _ name: String, expected: String, _ path: WritableKeyPath<Settings, String>,
        _ accepts: @escaping (String) -> Bool
    ) -> Field {
        Field(
            name: name, expected: expected,
            set: { settings, text in
                guard text.isEmpty || accepts(text) else { return false }
                settings[keyPath: path] = text
                return true
            }, get: { $0[keyPath: path] })
    }
}
