// Proves every check of an ID token, one wrong claim at a time, and that none of the attacks on it passes.
import Bytes
import Crypto
import JOSE
import JOSETestKit
import Testing
import Vocabulary

@testable import Authentication

struct ProviderSubjectTests {
    private static let begun = Instant(seconds: 1_800_000_000)
    private static let now = begun.adding(seconds: 30)
    private static let issuer = "https://id.example"

    private func provider(_ change: (inout IdentityProvider) -> Void = { _ in }) -> IdentityProvider {
        var provider = IdentityProvider(
            issuer: Self.issuer, clientID: "gate", redirectURI: "https://gate.example/callback",
            algorithms: [.edDSA, .es256])
        change(&provider)
        return provider
    }

    private func attempt(
        _ provider: IdentityProvider, _ purpose: SignInAttempt.Purpose = .signIn
    ) throws -> SignInAttempt {
        try SignInAttempt(
            at: provider, purpose, returnPath: "/", random: (0..<96).map { UInt8($0) }, now: Self.begun)
    }

    /// Honest claims, with some taken out or changed; a value of nil takes out.
    private func claims(_ attempt: SignInAttempt, _ changes: [String: String?] = [:]) -> String {
        var all: [String: String] = [
            "iss": "\"\(Self.issuer)\"", "sub": "\"alice\"", "aud": "\"gate\"", "nonce": "\"\(attempt.nonce)\"",
            "iat": "1800000020", "exp": "1800000320",
        ]
        for (name, value) in changes { all[name] = value }
        return "{" + all.map { "\"\($0)\":\($1)" }.sorted().joined(separator: ",") + "}"
    }

    private func judge(
        _ changes: [String: String?] = [:], purpose: SignInAttempt.Purpose = .signIn, accessToken: String? = nil,
        at now: Instant = now, algorithm: SignatureAlgorithm = .edDSA,
        provider change: (inout IdentityProvider) -> Void = { _ in }
    ) throws -> ProviderSubject {
        let provider = provider(change)
        let attempt = try attempt(provider, purpose)
        let signer = try TestSigner()
        let token = try signer.token(claims(attempt, changes), algorithm)
        var answer = #"{"token_type":"Bearer","id_token":"\#(token)""#
        if let accessToken { answer += #","access_token":"\#(accessToken)""# }
        return try ProviderSubject(
            TokenAnswer(status: 200, Array((answer + "}").utf8)), for: attempt, at: provider,
            keys: signer.keys(algorithm), now: now)
    }

    @Test(arguments: [SignatureAlgorithm.edDSA, .es256])
    func anHonestTokenNamesItsSubject(algorithm: SignatureAlgorithm) throws {
        let subject = try judge(algorithm: algorithm)
        #expect(subject.issuer == Self.issuer && subject.subject == "alice" && subject.authenticated == nil)
        #expect(try judge(["auth_time": "1799999000"]).authenticated == Instant(seconds: 1_799_999_000))
    }

    // MARK: One claim at a time

    static let wrong: [(String, String?, AuthenticationError)] = [
        ("iss", "\"https://id.example/\"", .wrongIssuer), ("iss", "\"https://ID.example\"", .wrongIssuer),
        ("iss", "\"https://evil.example\"", .wrongIssuer), ("iss", nil, .missingClaim(name: "iss")),
        ("iss", "1", .token(.badMember(name: "iss"))),
        ("aud", "\"other\"", .wrongAudience), ("aud", nil, .wrongAudience), ("aud", "[]", .wrongAudience),
        ("aud", #"["gate","other"]"#, .wrongAudience), ("aud", "{}", .token(.badMember(name: "aud"))),
        ("azp", "\"other\"", .wrongAuthorizedParty), ("nonce", "\"other\"", .wrongNonce),
        ("nonce", nil, .missingClaim(name: "nonce")), ("nonce", "\"\"", .missingClaim(name: "nonce")),
        ("exp", nil, .missingClaim(name: "exp")), ("exp", "1799999970", .expired),
        ("exp", "\"1800000320\"", .token(.badMember(name: "exp"))),
        ("iat", nil, .missingClaim(name: "iat")), ("iat", "1800000091", .notYetValid(claim: "iat")),
        ("iat", "1799999939", .tokenTooOld), ("nbf", "1800000091", .notYetValid(claim: "nbf")),
        ("auth_time", "1800000091", .notYetValid(claim: "auth_time")),
        ("sub", nil, .missingClaim(name: "sub")), ("sub", "\"\"", .missingClaim(name: "sub")),
        ("sub", "\"ålice\"", .malformed(field: "sub")),
        ("sub", "\"" + String(repeating: "a", count: 256) + "\"", .malformed(field: "sub")),
    ]

    @Test(arguments: wrong)
    func aWrongClaimIsRefused(name: String, value: String?, fault: AuthenticationError) {
        #expect(throws: fault) { try judge([name: value]) }
    }

    /// At each limit: a minute of skew is allowed, a second more is not.
    @Test(arguments: [
        ("exp", "1799999971"), ("iat", "1800000090"), ("iat", "1799999940"), ("nbf", "1800000090"),
        ("auth_time", "1800000090"), ("azp", "\"gate\""), ("aud", #"["gate"]"#), ("typ", "\"x\""),
    ])
    func atTheLimitItIsTaken(name: String, value: String) throws {
        #expect(try judge([name: value]).subject == "alice")
    }

    @Test func otherAudiencesNeedTheSettingsAndAParty() throws {
        let known: (inout IdentityProvider) -> Void = { $0.otherAudiences = ["other"] }
        let two = #"["gate","other"]"#
        #expect(throws: AuthenticationError.missingClaim(name: "azp")) { try judge(["aud": two], provider: known) }
        #expect(try judge(["aud": two, "azp": "\"gate\""], provider: known).subject == "alice")
    }

    @Test func accessTokensAreBound() throws {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
        // OpenID Connect Core appendix A.3 has this pair, under RS256, whose digest ES256 shares.
        let hash = "\"77QmUPtjPfzWtF2AnpK9RQ\""
        #expect(try judge(["at_hash": hash], accessToken: token, algorithm: .es256).subject == "alice")
        #expect(throws: AuthenticationError.accessTokenMismatch) {
            try judge(["at_hash": hash], accessToken: token + "x", algorithm: .es256)
        }
        #expect(throws: AuthenticationError.accessTokenMismatch, "Ed25519 hashes with SHA-512") {
            try judge(["at_hash": hash], accessToken: token, algorithm: .edDSA)
        }
        let long = Base64.encodeURL(Array(SHA512.digest(Array(token.utf8))[..<32]))
        #expect(try judge(["at_hash": "\"\(long)\""], accessToken: token).subject == "alice")
        #expect(try judge(accessToken: token).subject == "alice", "it may be absent with a code")
    }

    // MARK: Age

    @Test func anAgeThatIsAskedForIsChecked() throws {
        let young: (inout IdentityProvider) -> Void = { $0.maximumAgeSeconds = 300 }
        #expect(throws: AuthenticationError.missingClaim(name: "auth_time")) { try judge(provider: young) }
        #expect(try judge(["auth_time": "1799999670"], provider: young).authenticated != nil)
        #expect(throws: AuthenticationError.authenticationTooOld) {
            try judge(["auth_time": "1799999669"], provider: young)
        }
    }

    @Test func againMeansSinceItWasBegun() throws {
        let again = SignInAttempt.Purpose.again(account: "a-1")
        #expect(throws: AuthenticationError.missingClaim(name: "auth_time")) { try judge(purpose: again) }
        #expect(throws: AuthenticationError.authenticationTooOld) {
            try judge(["auth_time": "1799999939"], purpose: again)
        }
        #expect(try judge(["auth_time": "1800000010"], purpose: again).subject == "alice")
    }

    // MARK: Keys and issuers

    /// A key set from elsewhere does not verify, and a pinned provider's set without its keys is empty.
    @Test func aSwappedKeySetIsRefused() throws {
        let provider = provider()
        let attempt = try attempt(provider)
        let honest = try TestSigner(seed: 1)
        let thief = try TestSigner(seed: 2)
        let answer = try TokenAnswer(
            status: 200, Array(#"{"token_type":"bearer","id_token":"\#(try thief.token(claims(attempt)))"}"#.utf8))
        let honestKeys = try honest.keys(.edDSA)
        #expect(throws: AuthenticationError.token(.badSignature)) {
            try ProviderSubject(answer, for: attempt, at: provider, keys: honestKeys, now: Self.now)
        }
        var keys = ProviderKeys(pins: [try honest.verificationKey(.edDSA).fingerprint])
        _ = keys.need("k1", at: Self.now)
        keys.arrived(try thief.keys(.edDSA), at: Self.now)
        guard case .use(let set) = keys.need(nil, at: Self.now) else { throw AuthenticationError.overloaded }
        #expect(throws: AuthenticationError.token(.noKey)) {
            try ProviderSubject(answer, for: attempt, at: provider, keys: set, now: Self.now)
        }
    }

    @Test func anAttemptEndsWhereItBegan() throws {
        let attempt = try attempt(provider())
        let other = provider { $0.issuer = "https://other.example" }
        let signer = try TestSigner()
        let keys = try signer.keys(.edDSA)
        let answer = try TokenAnswer(
            status: 200, Array(#"{"token_type":"bearer","id_token":"\#(try signer.token(claims(attempt)))"}"#.utf8))
        #expect(throws: AuthenticationError.wrongIssuer) {
            try ProviderSubject(answer, for: attempt, at: other, keys: keys, now: Self.now)
        }
    }

    @Test func anotherAttemptsTokenIsAReplay() throws {
        let provider = provider()
        let first = try attempt(provider)
        let second = try SignInAttempt(
            at: provider, .signIn, returnPath: "/", random: [UInt8](repeating: 9, count: 96), now: Self.begun)
        let signer = try TestSigner()
        let keys = try signer.keys(.edDSA)
        let answer = try TokenAnswer(
            status: 200, Array(#"{"token_type":"bearer","id_token":"\#(try signer.token(claims(first)))"}"#.utf8))
        #expect(throws: AuthenticationError.wrongNonce) {
            try ProviderSubject(answer, for: second, at: provider, keys: keys, now: Self.now)
        }
    }

    @Test(arguments: ["at+jwt", "logout+jwt", "portcullis-on-behalf-of+jwt"])
    func tokensForOtherEndsAreNoIDTokens(type: String) throws {
        let provider = provider()
        let attempt = try attempt(provider)
        let signer = try TestSigner()
        let keys = try signer.keys(.edDSA)
        let header = #"{"alg":"EdDSA","kid":"k1","typ":"\#(type)"}"#
        let token = try signer.token(claims(attempt), header: header)
        let answer = try TokenAnswer(status: 200, Array(#"{"token_type":"bearer","id_token":"\#(token)"}"#.utf8))
        #expect(throws: AuthenticationError.token(.otherType)) {
            try ProviderSubject(answer, for: attempt, at: provider, keys: keys, now: Self.now)
        }
    }

    // MARK: The token endpoint's answer

    @Test(arguments: [
        (200, #"{"id_token":"x"}"#, AuthenticationError.malformed(field: "token_type")),
        (200, #"{"id_token":"x","token_type":"DPoP"}"#, .malformed(field: "token_type")),
        (200, #"{"token_type":"Bearer"}"#, .malformed(field: "id_token")), (200, "", .malformed(field: "id_token")),
        (200, #"{"id_token":"x","id_token":"y","token_type":"Bearer"}"#, .malformed(field: "id_token")),
        (400, #"{"error":"invalid_grant"}"#, .refusedByProvider(code: "invalid_grant")),
        (400, #"{"error":"<script>"}"#, .refusedByProvider(code: "an unknown error")),
        (502, "<html>", .refusedByProvider(code: "an unknown error")),
    ])
    func answersAreStrict(status: Int, body: String, fault: AuthenticationError) {
        #expect(throws: fault) { try TokenAnswer(status: status, Array(body.utf8)) }
    }
}
