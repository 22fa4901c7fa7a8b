internal import Bytes
package import Crypto
package import JOSE

/// Signs tokens as an issuer would, and as an attacker would.
package struct TestSigner: ~Copyable {
    private let ed25519: Ed25519.PrivateKey
    private let p256: P256.PrivateKey
    package let id: String

    /// Two signers with other seeds have other keys.
    package init(seed: UInt8 = 1, id: String = "k1") throws(CryptoError) {
        let secret = SecretBytes([UInt8](repeating: seed, count: 32))
        let edwards = try Ed25519.PrivateKey(seed: secret)
        let weierstrass = try P256.PrivateKey(scalar: secret)
        ed25519 = edwards
        p256 = weierstrass
        self.id = id
    }

    package func verificationKey(_ algorithm: SignatureAlgorithm) throws(CryptoError) -> VerificationKey {
        algorithm == .es256
            ? try VerificationKey(p256x: p256.x, y: p256.y) : try VerificationKey(ed25519: ed25519.publicKey)
    }

    package func keys(_ algorithm: SignatureAlgorithm) throws(CryptoError) -> JSONWebKeySet {
        JSONWebKeySet([JSONWebKey(try verificationKey(algorithm), id: id)])
    }

    package func keySetDocument() -> String {
        let x = Base64.encodeURL(ed25519.publicKey)
        return #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"\#(id)","use":"sig","alg":"EdDSA","x":"\#(x)"}]}"#
    }

    /// - Parameter header: instead of the honest one.
    package func token(
        _ claims: String, _ algorithm: SignatureAlgorithm = .edDSA, header: String? = nil
    ) throws(CryptoError) -> String {
        let header = header ?? #"{"alg":"\#(algorithm.rawValue)","kid":"\#(id)"}"#
        let input = Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(Array(claims.utf8))
        return input + "." + Base64.encodeURL(try sign(Array(input.utf8), algorithm))
    }

    package func sign(
        _ message: [UInt8], _ algorithm: SignatureAlgorithm, form: VerificationKey.ECDSAForm = .fixed
    ) throws(CryptoError) -> [UInt8] {
        algorithm == .es256 ? try p256.sign(message, form: form) : try ed25519.sign(message)
    }
}
