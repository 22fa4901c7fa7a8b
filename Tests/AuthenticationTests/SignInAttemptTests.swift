// Proves that an attempt is asked for with PKCE, comes back to the browser that began it, and ends once.
import Bytes
import CBOR
import Crypto
import Testing
import Vocabulary

@testable import Authentication

struct SignInAttemptTests {
    private static let now = Instant(seconds: 1_800_000_000)
    private static let key = SecretBytes([UInt8](repeating: 5, count: 32))
    private static let provider = IdentityProvider(
        issuer: "https://id.example", clientID: "gate", redirectURI: "https://gate.example/callback")

    private func metadata(_ change: (inout [String: String]) -> Void = { _ in }) throws -> ProviderMetadata {
        try ProviderMetadata(Self.document(change), of: Self.provider)
    }

    private static func document(_ change: (inout [String: String]) -> Void = { _ in }) -> [UInt8] {
        var members = [
            "issuer": "\"https://id.example\"", "authorization_endpoint": "\"https://id.example/authorize\"",
            "token_endpoint": "\"https://id.example/token\"", "jwks_uri": "\"https://id.example/jwks\"",
            "response_types_supported": #"["code"]"#,
        ]
        change(&members)
        return Array(("{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}").utf8)
    }

    private func attempt(_ purpose: SignInAttempt.Purpose = .signIn) throws -> SignInAttempt {
        try SignInAttempt(
            at: Self.provider, purpose, returnPath: "/w", random: (0..<96).map { UInt8($0) }, now: Self.now)
    }

    // MARK: The request

    /// RFC 7636 appendix B, whose verifier is that of these 32 bytes.
    @Test func publishedChallenge() throws {
        let verifier = try #require(Base64.decodeURL("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        let attempt = try SignInAttempt(
            at: Self.provider, .signIn, returnPath: "/", random: [UInt8](repeating: 0, count: 64) + verifier,
            now: Self.now)
        #expect(attempt.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func theRequestAsksForWhatIsChecked() throws {
        let attempt = try attempt()
        let url = attempt.url(at: Self.provider, try metadata())
        let fields = try FormFields(try #require(url.split(separator: "?").last))
        #expect(url.hasPrefix("https://id.example/authorize?"))
        #expect(try fields.value("response_type") == "code")
        #expect(try fields.value("code_challenge_method") == "S256")
        #expect(try fields.value("code_challenge") == attempt.challenge)
        #expect(try fields.value("redirect_uri") == "https://gate.example/callback")
        #expect(try fields.value("scope") == "openid")
        #expect(try fields.value("nonce") == attempt.nonce)
        #expect(try fields.value("max_age") == nil)
        #expect(!url.contains(attempt.verifier))
        let again = try self.attempt(.again(account: "a"))
        let query = try FormFields(try #require(again.url(at: Self.provider, metadata()).split(separator: "?").last))
        #expect(try query.value("prompt") == "login")
        #expect(try query.value("max_age") == "0")
    }

    @Test(arguments: [
        ("/", true), ("/a/b?c=d", true), ("", false), ("a", false), ("//evil.example", false),
        ("/\\evil.example", false),
        ("https://evil.example", false), ("/a b", false), ("/a\r\nset-cookie: x", false), ("/ü", false),
        ("/" + String(repeating: "a", count: 511), true), ("/" + String(repeating: "a", count: 512), false),
    ])
    func theWayBackStaysHere(path: String, isTaken: Bool) {
        #expect(SignInAttempt.isOwnPath(path) == isTaken)
    }

    // MARK: The callback

    @Test func theCallbackIsForItsAttempt() throws {
        let attempt = try attempt()
        func read(_ query: String, _ metadata: ProviderMetadata) throws -> String {
            try AuthorizationCallback(query: query, answering: attempt, from: metadata).code
        }
        let plain = try metadata()
        let sending = try metadata { $0["authorization_response_iss_parameter_supported"] = "true" }
        let state = "state=\(attempt.state)"
        #expect(try read("code=a%2Fb+c&" + state, plain) == "a/b c")
        #expect(try read("code=a&\(state)&iss=https%3A%2F%2Fid.example", sending) == "a")
        let wrong: [(String, ProviderMetadata, AuthenticationError)] = [
            ("code=a", plain, .stateMismatch), ("code=a&state=", plain, .stateMismatch),
            ("code=a&state=\(attempt.nonce)", plain, .stateMismatch), (state, plain, .malformed(field: "code")),
            ("code=a&code=b&\(state)", plain, .malformed(field: "code")),
            ("code=&\(state)", plain, .malformed(field: "code")),
            ("code=a&\(state)&\(state)", plain, .malformed(field: "state")),
            ("code=a&\(state)&iss=https://evil.example", plain, .wrongIssuer),
            ("code=a&\(state)", sending, .wrongIssuer),
            ("error=access_denied&\(state)", plain, .refusedByProvider(code: "access_denied")),
            ("error=%3Cscript%3E&\(state)", plain, .refusedByProvider(code: "an unknown error")),
            ("error=access_denied", plain, .stateMismatch), ("code=%zz&\(state)", plain, .malformed(field: "query")),
            ("code=%FF&\(state)", plain, .malformed(field: "query")),
            ("code=\(String(repeating: "a", count: 4097))&\(state)", plain, .malformed(field: "code")),
        ]
        for (query, metadata, fault) in wrong {
            #expect(throws: fault, "\(query.prefix(60))") { try read(query, metadata) }
        }
    }

    // MARK: Tickets

    @Test func theBrowserCarriesTheAttempt() throws {
        for purpose in [SignInAttempt.Purpose.signIn, .again(account: "a-1")] {
            let attempt = try attempt(purpose)
            let text = try Ticket.seal(
                attempt.cbor, for: .openIDConnect, key: Self.key, random: [UInt8](repeating: 1, count: 44), at: Self.now
            )
            let ticket = try Ticket(text, for: .openIDConnect, key: Self.key, at: Self.now.adding(seconds: 599))
            #expect(try SignInAttempt(ticket.content) == attempt)
            #expect(!text.contains(attempt.verifier) && !text.contains(attempt.state))
        }
    }

    @Test func aTicketOpensOneThingForItsTime() throws {
        let text = try Ticket.seal(
            .null, for: .openIDConnect, key: Self.key, random: [UInt8](repeating: 1, count: 44), at: Self.now)
        #expect(throws: AuthenticationError.expired) {
            try Ticket(text, for: .openIDConnect, key: Self.key, at: Self.now.adding(seconds: 600))
        }
        #expect(throws: AuthenticationError.unknownTicket) {
            try Ticket(text, for: .passkeyAssertion, key: Self.key, at: Self.now)
        }
        #expect(throws: AuthenticationError.unknownTicket) {
            try Ticket(text, for: .openIDConnect, key: SecretBytes([UInt8](repeating: 6, count: 32)), at: Self.now)
        }
        let sealed = try #require(Base64.decodeURL(text))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: AuthenticationError.unknownTicket) {
                try Ticket(Base64.encodeURL(changed), for: .openIDConnect, key: Self.key, at: Self.now)
            }
        }
        for short in ["", "AA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", String(repeating: "A", count: 4000)] {
            #expect(throws: AuthenticationError.unknownTicket) {
                try Ticket(short, for: .openIDConnect, key: Self.key, at: Self.now)
            }
        }
    }

    /// The same callback twice: the ticket is used up.
    @Test func aTicketEndsOnce() throws {
        let text = try Ticket.seal(
            .null, for: .openIDConnect, key: Self.key, random: [UInt8](repeating: 1, count: 44), at: Self.now)
        let ticket = try Ticket(text, for: .openIDConnect, key: Self.key, at: Self.now)
        var used = UsedTokens()
        #expect(used.use(ticket.id, of: "", expires: ticket.expires, at: Self.now) == .first)
        #expect(used.use(ticket.id, of: "", expires: ticket.expires, at: Self.now) == .replayed)
    }

    // MARK: Metadata

    @Test(arguments: [
        ("issuer", "\"https://id.example/\"", AuthenticationError.wrongIssuer),
        ("issuer", "\"https://evil.example\"", .wrongIssuer), ("issuer", "1", .wrongIssuer),
        ("token_endpoint", "\"http://id.example/token\"", .metadata(field: "token_endpoint")),
        ("token_endpoint", "\"https://evil.example/token\"", .metadata(field: "token_endpoint")),
        ("token_endpoint", "\"https://id.example@evil.example/token\"", .metadata(field: "token_endpoint")),
        ("jwks_uri", "\"https://evil.example/jwks\"", .metadata(field: "jwks_uri")),
        ("jwks_uri", "\"file:///etc/passwd\"", .metadata(field: "jwks_uri")),
        ("jwks_uri", "1", .metadata(field: "jwks_uri")),
        ("authorization_endpoint", "\"javascript:alert(1)\"", .metadata(field: "authorization_endpoint")),
        ("code_challenge_methods_supported", #"["plain"]"#, .metadata(field: "code_challenge_methods_supported")),
        ("response_types_supported", #"["id_token"]"#, .metadata(field: "response_types_supported")),
    ])
    func metadataAgreeWithTheSettings(member: String, value: String, fault: AuthenticationError) {
        #expect(throws: fault) { try metadata { $0[member] = value } }
    }

    @Test func hostsAndPlainHTTPAreSettings() throws {
        var provider = Self.provider
        provider.otherHosts = ["keys.example"]
        let document = Self.document { $0["jwks_uri"] = "\"https://keys.example:8443/jwks?x\"" }
        let keys = try ProviderMetadata(document, of: provider).keys
        #expect(keys.host == "keys.example" && keys.port == 8443 && keys.target == "/jwks?x" && !keys.isPlain)
        provider.allowsPlainHTTP = true
        let plain = Self.document { $0["jwks_uri"] = "\"http://id.example/jwks\"" }
        #expect(try ProviderMetadata(plain, of: provider).keys.port == 80)
    }

    @Test(arguments: [
        ("https://a.example", "a.example", 443, "/"), ("https://A.example:1/x?y", "a.example", 1, "/x?y"),
        ("http://[::1]:8080/x", "::1", 8080, "/x"), ("https://a.example?q", "a.example", 443, "/?q"),
    ])
    func endpointsAreTakenApart(text: String, host: String, port: UInt16, target: String) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(endpoint.host == host && endpoint.port == port && endpoint.target == target)
    }

    @Test(arguments: [
        "", "https://", "https:///x", "ftp://a", "https://a b", "https://a@b", "https://a:0", "https://a:65536",
        "https://a:",
        "https://a:1:2", "https://[::1", "https://[::1]x", "https://a/#f", "https://a\\b", "https://a/\"", "https://ü",
        "https://a%2Eb",
    ])
    func oddURLsAreRefused(text: String) { #expect(Endpoint(text) == nil) }
}
