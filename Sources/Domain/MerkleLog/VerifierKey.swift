internal import Bytes
internal import Crypto

/// A public key that signs notes, as one line: `<name>+<key id>+<base64 of type and key>` (C2SP signed-note,
/// "Verifier keys").
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    /// Ed25519 over the text of the note; the only type that is verified here.
    package static let ed25519: UInt8 = 0x01

    package let name: String
    package let id: UInt32
    package let publicKey: [UInt8]

    /// - Parameter publicKey: 32 bytes of Ed25519.
    package init(name: String, publicKey: [UInt8]) throws(MerkleLogError) {
        guard VerifierKey.isName(name) else {
            throw .notAVerifierKey(problem: "the name must be there, without white space and plus signs")
        }
        guard publicKey.count == 32 else { throw .notAVerifierKey(problem: "an Ed25519 key has 32 bytes") }
        self.name = name
        self.publicKey = publicKey
        id = VerifierKey.id(name: name, type: VerifierKey.ed25519, key: publicKey)
    }

    package init(_ line: some StringProtocol) throws(MerkleLogError) {
        // Base64 may contain a plus sign: only the first two separate.
        let parts = line.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw .notAVerifierKey(problem: "it needs a name, an id and a key with plus signs between them")
        }
        guard let key = Base64.decode(String(parts[2])), let type = key.first else {
            throw .notAVerifierKey(problem: "the key must be base64")
        }
        guard type == VerifierKey.ed25519 else {
            throw .notAVerifierKey(problem: "only Ed25519 keys (type 1) are supported")
        }
        try self.init(name: String(parts[0]), publicKey: Array(key.dropFirst()))
        guard parts[1] == hexadecimalID else {
            throw .notAVerifierKey(problem: "the id does not belong to this name and key")
        }
    }

    package var description: String {
        name + "+" + hexadecimalID + "+" + Base64.encode([VerifierKey.ed25519] + publicKey)
    }

    private var hexadecimalID: String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: id)
        return Hex.encode(bytes)
    }

    /// Not empty, no Unicode space, no plus sign, and nothing that would break a line.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
    }

    private static func id(name: String, type: UInt8, key: [UInt8]) -> UInt32 {
        let digest = SHA256.digest(Array(name.utf8) + [0x0A, type] + key).bytes
        return digest[..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
