package import Bytes
package import Crypto
internal import Files
internal import Installation

/// What a passphrase opens in a backup. scrypt (RFC 7914) makes two keys of it: one seals secrets, credentials and the
/// control store (AES-256-GCM), the other signs the manifest (HMAC-SHA-256), which holds the digests of everything.
///
/// A sealed file is a random nonce (12 bytes), then ciphertext and tag; `portcullis.backup.1` and the file's path are
/// authenticated with it, so that no file can stand in another's place.
package struct BackupSeal: Sendable {
    package static let saltLength = 32
    /// LIMIT: bytes of one sealed file, which is sealed in memory. The control store is the largest: 1 KB a person.
    package static let maximumBytes = 1 << 30
    /// LIMIT: characters of a passphrase below which it is refused.
    private static let shortest = 12

    private let sealing: SecretBytes
    private let signing: SecretBytes

    package init(passphrase: SecretBytes, salt: [UInt8], cost: Scrypt.Cost) throws(BackupError) {
        do throws(CryptoError) {
            let key = try Scrypt.key(passphrase: passphrase, salt: salt, cost: cost, length: 64)
            (sealing, signing) = key.withUnsafeBytes { bytes in
                (SecretBytes(Array(bytes[..<32])), SecretBytes(Array(bytes[32...])))
            }
        } catch { throw .cryptography }
    }

    /// The first line of a file that only its owner may read.
    package static func passphrase(_ path: String) throws(BackupError) -> SecretBytes {
        let bytes: [UInt8]
        do throws(InstallationError) { bytes = try Secrets.read(path) } catch {
            guard case .looseSecret = error else { throw .installation(error) }
            throw .noPassphrase(path: path, problem: "others may read it; run `chmod 600 \(path)`")
        }
        var line = Array(bytes.prefix { $0 != 0x0A && $0 != 0x0D })
        guard line.count >= shortest else {
            throw .noPassphrase(
                path: path,
                problem: "expected a passphrase of \(shortest) characters or more in the first line; "
                    + "`openssl rand -base64 24` makes one")
        }
        return SecretBytes(taking: &line)
    }

    private static func context(_ path: String) -> [UInt8] { Array("portcullis.backup.1\n\(path)".utf8) }

    func seal(_ bytes: [UInt8], as path: String) throws(BackupError) -> [UInt8] {
        guard bytes.count <= BackupSeal.maximumBytes else {
            throw .tooLarge(path: path, limit: BackupSeal.maximumBytes)
        }
        let nonce = SecureRandom.bytes(AES256GCM.nonceLength)
        var sealed = nonce
        do throws(CryptoError) {
            try bytes.span.bytes.withUnsafeBytes { (plaintext) throws(CryptoError) in
                try AES256GCM().seal(
                    plaintext, key: sealing, nonce: nonce, authenticating: BackupSeal.context(path), to: &sealed)
            }
        } catch { throw .cryptography }
        return sealed
    }

    func open(_ sealed: [UInt8], of path: String) throws(BackupError) -> [UInt8] {
        guard sealed.count >= AES256GCM.nonceLength else { throw .damaged(path: path, problem: "is cut off") }
        let nonce = Array(sealed[..<AES256GCM.nonceLength])
        do throws(CryptoError) {
            return try sealed.span.bytes.withUnsafeBytes { (bytes) throws(CryptoError) in
                try AES256GCM().open(
                    UnsafeRawBufferPointer(rebasing: bytes[AES256GCM.nonceLength...]), key: sealing, nonce: nonce,
                    authenticating: BackupSeal.context(path))
            }
        } catch { throw .damaged(path: path, problem: "does not open") }
    }

    func code(of manifest: [UInt8]) -> Digest { HMAC.code(key: signing, manifest) }
}
