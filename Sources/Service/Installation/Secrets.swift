package import Bytes
internal import Crypto
internal import Files
package import Ledger

/// The keys that an installation holds itself: made once, in files of mode 0600 that are refused when others may read
/// them.
package struct Secrets: Sendable {
    /// Wraps the ledger's keys.
    package let master: MasterKey
    /// Keys the digests of API keys.
    package let pepper: SecretBytes
    /// Seed of the key (Ed25519) that signs bundles at activation.
    package let bundleSeed: SecretBytes

    /// Makes what is missing. Never replaces what is there.
    package static func create(in folder: DataFolder) throws(InstallationError) {
        do throws(FileError) {
            if !Folder.isFile(folder.masterKey) {
                try WholeFile.replace(folder.masterKey, MasterKey(key: SecureRandom.key()).fileBytes)
            }
            for path in [folder.pepper, folder.bundleKey] where !Folder.isFile(path) {
                let text = Base64.encode(SecureRandom.bytes(32)) + "\n"
                try WholeFile.replace(path, Array(text.utf8))
            }
        } catch { throw .file(error) }
    }

    package init(_ folder: DataFolder) throws(InstallationError) {
        let file = try Secrets.read(folder.masterKey)
        do {
            master = try MasterKey(file: file, path: folder.masterKey)
        } catch {
            throw .badSecret(path: folder.masterKey, problem: "\(error)")
        }
        pepper = try Secrets.key(folder.pepper)
        bundleSeed = try Secrets.key(folder.bundleKey)
    }

    private static func key(_ path: String) throws(InstallationError) -> SecretBytes {
        let text = String(decoding: try read(path), as: UTF8.self).split(separator: "\n").first.map { String($0) } ?? ""
        guard var bytes = Base64.decode(text), bytes.count == 32 else {
            throw .badSecret(path: path, problem: "expected 32 bytes in base64; restore the file from a backup")
        }
        return SecretBytes(taking: &bytes)
    }

    /// LIMIT: 64 KiB for a file of secrets.
    package static func read(_ path: String) throws(InstallationError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try WholeFile.read(path, limit: 65_536) } catch { throw .file(error) }
        if let mode = WholeFile.version(path)?.permissions, mode & 0o077 != 0 {
            throw .looseSecret(path: path, mode: mode)
        }
        return bytes
    }
}
