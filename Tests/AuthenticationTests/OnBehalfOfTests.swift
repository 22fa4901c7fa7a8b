// Proves that a service's word for somebody holds for one request, one body and a few minutes.
import Bytes
import Crypto
import JOSE
import JOSETestKit
import Testing
import Vocabulary

@testable import Authentication

struct OnBehalfOfTests {
    private static let now = Instant(seconds: 1_800_000_000)
    private static let body = SHA256.digest(Array(#"{"model":"m"}"#.utf8))

    private func claims(_ changes: [String: String?] = [:]) -> String {
        var all: [String: String] = [
            "iss": "\"svc-desk\"", "sub": "\"p-alice\"", "aud": "\"gate.example\"", "exp": "1800000300",
            "jti": "\"t-1\"", "body_sha256": "\"\(Base64.encodeURL(Self.body.bytes))\"",
        ]
        for (name, value) in changes { all[name] = value }
        return "{" + all.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    private func judge(
        _ changes: [String: String?] = [:], _ used: inout UsedTokens, algorithm: SignatureAlgorithm = .edDSA,
        service: String = "svc-desk", body: Digest = body, seed: UInt8 = 1, header: String? = nil
    ) throws -> OnBehalfOf {
        let token = try TestSigner(seed: seed).token(claims(changes), algorithm, header: header)
        return try OnBehalfOf(
            token, by: service, keys: TestSigner().keys(algorithm), audience: "gate.example", body: body,
            used: &used, now: Self.now)
    }

    @Test(arguments: [SignatureAlgorithm.edDSA, .es256])
    func itHoldsOnce(algorithm: SignatureAlgorithm) throws {
        var used = UsedTokens()
        let word = try judge([:], &used, algorithm: algorithm)
        #expect(word.service == "svc-desk" && word.subject == "p-alice" && word.tokenID == "t-1")
        #expect(throws: AuthenticationError.replayed) { try judge([:], &used, algorithm: algorithm) }
        #expect(try judge(["jti": "\"t-2\""], &used, algorithm: algorithm).tokenID == "t-2")
    }

    @Test(
        arguments: [
            ("iss", "\"svc-other\"", AuthenticationError.wrongIssuer), ("aud", "\"other.example\"", .wrongAudience),
            ("aud", #"["gate.example","other"]"#, .wrongAudience), ("exp", "1799999940", .expired),
            ("exp", "1800000361", .lifetimeTooLong(maximumSeconds: 300)), ("exp", nil, .missingClaim(name: "exp")),
            ("nbf", "1800000061", .notYetValid(claim: "nbf")), ("iat", "1800000061", .notYetValid(claim: "iat")),
            ("jti", nil, .missingClaim(name: "jti")), ("jti", "\"\"", .missingClaim(name: "jti")),
            ("jti", "\"a b\"", .malformed(field: "jti")), ("sub", nil, .missingClaim(name: "sub")),
            ("sub", "\"" + String(repeating: "a", count: 129) + "\"", .malformed(field: "sub")),
            ("body_sha256", nil, .missingClaim(name: "body_sha256")), ("body_sha256", "\"AAAA\"", .wrongBody),
        ] as [(String, String?, AuthenticationError)])
    func aWrongClaimIsRefusedAndNotSpent(name: String, value: String?, fault: AuthenticationError) throws {
        var used = UsedTokens()
        #expect(throws: fault) { try judge([name: value], &used) }
        #expect(used.count == 0)
    }

    @Test func aSignatureOverOtherContentIsRefused() throws {
        var used = UsedTokens()
        #expect(throws: AuthenticationError.wrongBody) { try judge([:], &used, body: SHA256.digest([1])) }
        #expect(throws: AuthenticationError.token(.badSignature)) { try judge([:], &used, seed: 2) }
        #expect(throws: AuthenticationError.wrongIssuer, "its key, and the call of another service") {
            try judge([:], &used, service: "svc-other")
        }
        #expect(throws: AuthenticationError.token(.algorithmNotAccepted(accepted: [.edDSA, .es256]))) {
            try judge([:], &used, header: #"{"alg":"RS256","kid":"k1"}"#)
        }
        #expect(used.count == 0)
    }

    @Test func atTheLimitItIsTaken() throws {
        var used = UsedTokens()
        #expect(try judge(["exp": "1800000360"], &used).subject == "p-alice")
        #expect(try judge(["exp": "1799999941", "jti": "\"t-2\""], &used).subject == "p-alice")
    }

    @Test func aFullCacheRefuses() throws {
        var used = UsedTokens(capacity: 1, share: 1)
        _ = try judge([:], &used)
        #expect(throws: AuthenticationError.overloaded) { try judge(["jti": "\"t-2\""], &used) }
    }
}
