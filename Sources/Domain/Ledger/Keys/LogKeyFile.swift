package import Bytes
internal import Crypto
internal import MerkleLog

/// The log's signing key on disk: its Ed25519 seed, wrapped under the master key. docs/formats/keys.md.
package enum LogKeyFile {
    package static let path = "log.key"
    package static let publicPath = "log.vkey"

    private static let file = TextKeyFile(
        title: "portcullis-log-key v1", names: ["algorithm", "origin", "master", "wrapped"])

    /// - Parameter seed: 32 random bytes.
    package static func encode(
        seed: SecretBytes, origin: String, under master: MasterKey
    ) throws(LedgerError) -> [UInt8] {
        file.encode(["Ed25519", origin, master.idText, Base64.encode(try master.wrap(seed))])
    }

    /// Checks what can be checked without the master key; returns its id.
    package static func check(_ bytes: [UInt8], origin: String) throws(LedgerError) -> String {
        let values = try file.decode(bytes, path: path)
        guard values[0] == "Ed25519" else { throw .badKeyFile(path: path, problem: "the algorithm must be Ed25519") }
        guard values[1] == origin else { throw .badKeyFile(path: path, problem: "the key belongs to another log") }
        return values[2]
    }

    static func seed(_ bytes: [UInt8], origin: String, under master: MasterKey) throws(LedgerError) -> SecretBytes {
        let id = try check(bytes, origin: origin)
        guard id == master.idText else { throw .masterKeyMissing(id: id) }
        guard let wrapped = Base64.decode(try file.decode(bytes, path: path)[3]) else {
            throw .badKeyFile(path: path, problem: "the wrapped key must be base64")
        }
        return try master.unwrap(wrapped, of: path)
    }

    static func signer(seed: SecretBytes, origin: String) throws(LedgerError) -> NoteSigner {
        do {
            return try NoteSigner(name: origin, privateKey: try Ed25519.PrivateKey(seed: seed))
        } catch {
            throw .badKeyFile(path: path, problem: "the signing key cannot be used")
        }
    }
}
