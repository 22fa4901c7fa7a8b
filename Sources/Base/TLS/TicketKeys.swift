package import Bytes
internal import CTLS
internal import Crypto

/// The keys under which session tickets are sealed (RFC 8446 section 4.6.1, RFC 5077 section 4): one for each window of
/// time, derived from a secret of the installation, so that every node can resume what any node began, also nodes that
/// were started at different times.
///
/// A ticket lives an hour (`SSL_CTX_set_timeout` in context.c), and the window before is accepted as well as the one
/// after, for machines whose clocks differ.
package struct TicketKeys: Sendable {
    package static let windowSeconds: Int64 = 3600
    private let secret: SecretBytes

    package init(secret: SecretBytes) { self.secret = secret }

    static func window(at secondsSince1970: Int64) -> Int64 { secondsSince1970 / windowSeconds }

    /// Name, cipher key and code key of one window.
    func key(of window: Int64) -> SecretBytes {
        var info = Array("portcullis tls ticket v1".utf8)
        withUnsafeBytes(of: window.bigEndian) { info += $0 }
        return HKDF.derive(
            from: secret, salt: Array("portcullis tls tickets".utf8), info: info,
            count: Int(PORTCULLIS_TLS_TICKET_KEY))
    }

    /// Of this window first, then the one before, then the next.
    func keys(at window: Int64) -> SecretBytes {
        var all: [UInt8] = []
        for candidate in [window, window - 1, window + 1] { key(of: candidate).withUnsafeBytes { all += $0 } }
        return SecretBytes(taking: &all)
    }
}
