package import Bytes
internal import Crypto
package import Files

/// The signature (Ed25519, RFC 8032) under which a bundle's snapshot is decided on: `bundles/<hash>.sig`, in base64,
/// over `portcullis bundle v1`, a line feed, the hash in hexadecimal, a line feed. Made at activation; a snapshot
/// without it is not used.
package struct BundleSeal: Sendable {
    private let seed: SecretBytes

    package init(seed: SecretBytes) { self.seed = seed }

    package enum Fault: Error, Sendable, CustomStringConvertible {
        case unusableKey
        case missing(path: String)
        case wrong(path: String)
        case file(FileError)

        package var description: String {
            switch self {
            case .unusableKey: "the key that signs bundles cannot be used; restore secrets/bundle.key from a backup"
            case .missing(let path): "\(path) is missing: the bundle was not activated here; activate it"
            case .wrong(let path):
                "\(path) is not this installation's signature of the bundle; activate the bundle again"
            case .file(let error): error.description
            }
        }
    }

    private static func message(_ hash: String) -> [UInt8] { Array("portcullis bundle v1\n\(hash)\n".utf8) }

    package func sign(_ hash: String, at path: String) throws(Fault) {
        let signature: [UInt8]
        do throws(CryptoError) {
            signature = try Ed25519.PrivateKey(seed: seed).sign(BundleSeal.message(hash))
        } catch { throw .unusableKey }
        do throws(FileError) {
            try WholeFile.replace(path, Array((Base64.encode(signature) + "\n").utf8))
        } catch { throw .file(error) }
    }

    package func check(_ hash: String, at path: String) throws(Fault) {
        guard let bytes = try? WholeFile.read(path, limit: 1024) else { throw .missing(path: path) }
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map { String($0) } ?? ""
        let publicKey: [UInt8]
        do throws(CryptoError) { publicKey = try Ed25519.PrivateKey(seed: seed).publicKey } catch { throw .unusableKey }
        guard let signature = Base64.decode(text), signature.count == Ed25519.signatureLength,
            Ed25519.verify(signature, over: BundleSeal.message(hash), publicKey: publicKey)
        else { throw .wrong(path: path) }
    }
}
