// Proves which keys of a set are used, which are passed over, and what makes a whole set worthless.
import Bytes
import Crypto
import JOSETestKit
import Testing

@testable import JOSE

struct JSONWebKeySetTests {
    private func set(_ keys: [String]) throws -> JSONWebKeySet {
        try JSONWebKeySet(Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
    }

    private func with(_ members: String, _ key: String = Vectors.ed25519Key) -> String {
        "{" + members + "," + key.dropFirst()
    }

    /// RFC 8037 A.3 gives the thumbprint; a pin here is over the SubjectPublicKeyInfo, whose digest OpenSSL also gives:
    /// `openssl pkey -pubin -outform DER | sha256sum`.
    @Test func fingerprintsAreOfTheSubjectPublicKeyInfo() throws {
        let key = try set([Vectors.ed25519Key]).keys[0].key
        #expect(
            Hex.encode(key.subjectPublicKeyInfo)
                == "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        #expect(key.fingerprint == SHA256.digest(key.subjectPublicKeyInfo))
        #expect(try VerificationKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo).kind == .ed25519)
    }

    @Test(arguments: [
        #""use":"enc""#, #""key_ops":["sign"]"#, #""alg":"ES512""#, #""alg":"HS256""#,
    ])
    func keysForOtherEndsArePassedOver(member: String) throws {
        #expect(try set([with(member), Vectors.p256Key]).keys.count == 1)
    }

    @Test(arguments: [
        #"{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        #"{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}"#, Vectors.p521Key,
    ])
    func unknownKindsArePassedOver(key: String) throws {
        #expect(try set([key, Vectors.ed25519Key]).keys.count == 1)
    }

    @Test func keysAreSelectedByIdAndAlgorithm() throws {
        let keys = try set([
            with(#""kid":"a""#), with(#""kid":"b","alg":"RS256""#, Vectors.rsaKey),
            with(#""kid":"a""#, Vectors.p256Key),
            with(#""kid":"c""#, Vectors.ps256Key.replacing(#""kid":"p","#, with: "")),
        ])
        #expect(keys.select(id: "a", .edDSA)?.key.kind == .ed25519)
        #expect(keys.select(id: "a", .es256)?.key.kind == .p256)
        #expect(keys.select(id: "b", .rs256)?.key.kind == .rsa(bits: 2048))
        #expect(keys.select(id: "b", .ps256) == nil, "a key with an algorithm is used with no other")
        #expect(keys.select(id: "c", .ps256) != nil)
        #expect(keys.select(id: "z", .edDSA) == nil)
        #expect(keys.select(id: nil, .edDSA) != nil, "the only one")
        #expect(keys.select(id: nil, .rs256) == nil, "one of two")
    }

    @Test(arguments: [
        (#"{"kty":"oct","k":"AAAA"}"#, JOSEError.privateKey),
        (#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA"}"#, .privateKey),
        (#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ"}"#, .badMember(name: "x")),
        (#"{"kty":"OKP","crv":"Ed25519"}"#, .badMember(name: "x")),
        (#"{"kty":"RSA","n":"\#(Vectors.shortModulus)","e":"AQAB"}"#, .badMember(name: "n")),
        (#"{"kty":"RSA","n":"\#(Vectors.rsaModulus)","e":"Aw"}"#, .badMember(name: "n")),
        (#"{"kty":"RSA","n":"\#(Vectors.rsaModulus)","e":"AQAA"}"#, .badMember(name: "n")),
        (#"{"kty":"RSA","n":"AA\#(Vectors.rsaModulus)","e":"AQAB"}"#, .badMember(name: "n")),
        (#"{"kty":"RSA","n":"\#(Vectors.rsaModulus)","e":"AQAB","alg":"ES256"}"#, .badMember(name: "alg")),
        (#"{"crv":"Ed25519"}"#, .badMember(name: "kty")), ("1", .badMember(name: "keys")),
        (#"{"kty":"OKP","kty":"EC"}"#, .notAnObject(part: .keySet)),
        (
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
                + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"}"#, .badMember(name: "y")
        ),
        (
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
                + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4"}"#, .badMember(name: "x")
        ),
    ])
    func aWrongKeyMakesTheSetWorthless(key: String, fault: JOSEError) {
        #expect(throws: fault) { try set([Vectors.ed25519Key, key]) }
    }

    @Test func twoKeysWithOneIdAreRefused() {
        #expect(throws: JOSEError.duplicateKeyID) {
            try set([
                with(#""kid":"a""#, Vectors.rsaKey), Vectors.ps256Key.replacing(#""kid":"p""#, with: #""kid":"a""#),
            ])
        }
    }

    @Test func limits() throws {
        let key = with(#""kid":"k%""#)
        let keys = (0..<64).map { key.replacing("%", with: "\($0)") }
        #expect(try set(keys).keys.count == 64)
        #expect(throws: JOSEError.tooManyKeys(maximum: 64)) { try set(keys + [Vectors.p256Key]) }
        let padding = String(repeating: " ", count: JSONWebKeySet.maximumLength - #"{"keys":[]}"#.utf8.count)
        #expect(try JSONWebKeySet(Array((#"{"keys":[]}"# + padding).utf8)).keys.isEmpty)
        #expect(throws: JOSEError.tooLong(maximum: JSONWebKeySet.maximumLength)) {
            try JSONWebKeySet(Array((#"{"keys":[]} "# + padding).utf8))
        }
    }
}
