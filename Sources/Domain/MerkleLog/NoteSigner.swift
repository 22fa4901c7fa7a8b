internal import Bytes
package import Crypto

/// Signs notes with one Ed25519 key.
package struct NoteSigner: ~Copyable {
    package let key: VerifierKey
    private let privateKey: Ed25519.PrivateKey

    package init(name: String, privateKey: consuming Ed25519.PrivateKey) throws(MerkleLogError) {
        key = try VerifierKey(name: name, publicKey: privateKey.publicKey)
        self.privateKey = privateKey
    }

    /// The note: text, blank line, signature line.
    /// - Precondition: the text ends with a line feed and holds no control character but line feeds.
    package borrowing func sign(_ text: String) throws(MerkleLogError) -> [UInt8] {
        precondition(text.hasSuffix("\n") && !text.utf8.contains { $0 < 0x20 && $0 != 0x0A })
        var signature: [UInt8] = []
        signature.append(bigEndian: key.id)
        do {
            signature += try privateKey.sign(Array(text.utf8))
        } catch {
            throw .signingFailed
        }
        return Array((text + "\n— " + key.name + " " + Base64.encode(signature) + "\n").utf8)
    }
}
