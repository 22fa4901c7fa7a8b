package import Bytes
internal import Crypto

/// The key over all others, from a file (0600) that lies outside of the ledger. docs/formats/keys.md.
package final class MasterKey: Sendable {
    package let id: UInt64
    let key: SecretBytes

    private static let file = TextKeyFile(title: "portcullis-master-key v1", names: ["algorithm", "id", "key"])
    private static let algorithm = "AES-256-KW"

    /// - Precondition: 32 bytes.
    package init(key: SecretBytes) {
        precondition(key.count == 32)
        self.key = key
        id = key.withUnsafeBytes { key in
            let hasher = SHA256()
            hasher.update(Array("portcullis.master.1".utf8))
            hasher.update(key)
            return hasher.finish().withUnsafeBytes { $0.load(bigEndianAt: 0) }
        }
    }

    package convenience init(file bytes: [UInt8], path: String) throws(LedgerError) {
        let values = try MasterKey.file.decode(bytes, path: path)
        guard values[0] == MasterKey.algorithm else {
            throw .badKeyFile(path: path, problem: "the algorithm must be \(MasterKey.algorithm)")
        }
        guard var key = Base64.decode(values[2]), key.count == 32 else {
            throw .badKeyFile(path: path, problem: "the key must be 32 bytes in base64")
        }
        self.init(key: SecretBytes(taking: &key))
        guard values[1] == idText else {
            throw .badKeyFile(path: path, problem: "the id does not belong to the key")
        }
    }

    /// The file's content; whoever writes it keeps it to its owner.
    package var fileBytes: [UInt8] {
        let text = key.withUnsafeBytes { Base64.encode(Array($0)) }
        return MasterKey.file.encode([MasterKey.algorithm, idText, text])
    }

    package var idText: String { MasterKey.text(ofID: id) }

    static func text(ofID id: UInt64) -> String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: id)
        return Hex.encode(bytes)
    }

    func wrap(_ key: SecretBytes) throws(LedgerError) -> [UInt8] {
        do {
            return try KeyWrap.wrap(key, under: self.key)
        } catch {
            throw .badKeyFile(
                path: "master key", problem: "the key could not be wrapped: the cryptographic library failed")
        }
    }

    func unwrap(_ wrapped: [UInt8], of what: String) throws(LedgerError) -> SecretBytes {
        do {
            return try KeyWrap.unwrap(wrapped, under: key)
        } catch {
            throw .notAuthentic(what: what)
        }
    }
}
