// Proves that the settings of the network are read as documented, with the line of what is wrong, and written back the
// same.
import TLS
import Testing

@testable import Installation

struct NetworkSettingsTests {
    private func read(_ text: String) throws -> Settings {
        var settings = Settings()
        try settings.read(Array(text.utf8), path: "portcullis.yaml")
        return settings
    }

    private static let whole = """
        tls_certificate: tls/gate.pem
        tls_key: tls/gate.key
        tls_client_authorities: tls/staff.pem
        tls_client_certificates: required
        tls_certificates:
          - {certificate: tls/second.pem, key: tls/second.key}
        console_tls_certificate: tls/console.pem
        console_tls_key: tls/console.key
        proxy_protocol_from: "10.1.0.0/28, fd00::/64"
        upstream_authorities: tls/bank.pem
        egress_proxy: "http://proxy.example:3128"
        egress_proxy_login: secrets/login
        egress_proxy_except: ".bank.example, 10.0.0.0/8"
        upstream_tls:
          - {deployment: one, certificate: a.pem, key: a.key, server_name: real.example, proxy: direct}
        """

    @Test func allAreReadAndWrittenBack() throws {
        let settings = try read(Self.whole)
        #expect(settings.network.gate.certificate == "tls/gate.pem")
        #expect(settings.network.gate.clientCertificates == .required)
        #expect(settings.network.gate.more.map(\.key) == ["tls/second.key"])
        #expect(settings.network.console.key == "tls/console.key")
        #expect(settings.network.upstreams.map(\.serverName) == ["real.example"])
        var again = Settings()
        try again.read(settings.fileBytes, path: "again.yaml")
        #expect(again == settings)
    }

    @Test(arguments: [
        ("proxy_protocol_from: 10.0.0.1/8", "portcullis.yaml:1:"), ("egress_proxy: \"proxy:1\"", "portcullis.yaml:1:"),
        ("listen: \"[::]:1\"\ntls_client_certificates: maybe", "portcullis.yaml:2:"),
        ("egress_proxy_except: \"*.example\"", "portcullis.yaml:1:"),
        ("upstream_tls:\n  - {deployment: one, certificate: a.pem}", "portcullis.yaml:2:"),
        ("upstream_tls:\n  - {deployment: one, proxy: elsewhere}", "portcullis.yaml:2:"),
        ("upstream_tls:\n  - {deployment: one, ca: a.pem}", "portcullis.yaml:2:"),
        ("tls_certificates:\n  - {certificate: a.pem}", "portcullis.yaml:2:"),
        ("tls_certificates: a.pem", "portcullis.yaml:1:"),
    ])
    func aBadOneIsSaidWithItsLine(text: String, expected: String) {
        var position = ""
        do {
            _ = try read(text)
        } catch InstallationError.badSetting(let found, _) {
            position = found
        } catch {
            Issue.record("\(error)")
        }
        #expect(position.hasPrefix(expected), "\(position)")
    }

    @Test(
        arguments: [
            ("http://proxy.example:3128", "proxy.example", 3128, false), ("https://PROXY:443", "proxy", 443, true),
            ("http://10.0.0.1:80", "10.0.0.1", 80, false), ("https://[fd00::1]:8080", "fd00::1", 8080, true),
        ] as [(String, String, UInt16, Bool)])
    func proxyAddresses(text: String, host: String, port: UInt16, isTLS: Bool) throws {
        let address = try #require(ProxyAddress(text))
        #expect(address.host == host && address.port == port && address.isTLS == isTLS)
    }

    @Test(arguments: [
        "proxy:1", "http://proxy", "http://user:word@proxy:1", "http://proxy:1/", "http://:1", "http://p:0",
        "ftp://p:1",
    ])
    func noProxyAddresses(text: String) { #expect(ProxyAddress(text) == nil) }

    @Test(arguments: [
        ("models.bank.example", true), ("bank.example", false), ("evilbank.example", false), ("one.host", true),
        ("two.one.host", false), ("10.2.3.4", true), ("11.2.3.4", false), ("fd00::5", true),
    ])
    func exceptions(host: String, isDirect: Bool) throws {
        let direct = try #require(DirectHosts(".bank.example, one.host,10.0.0.0/8, fd00::/8"))
        #expect(direct.contains(host) == isDirect)
    }
}
