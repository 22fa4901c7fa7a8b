internal import Files
internal import Glibc

/// Certificates and keys in files, as the settings name them. Reading blocks.
enum TLSMaterial {
    /// LIMIT: bytes of a file of certificates or of a key; Debian's list of all authorities has 220 KB.
    static let largestFile = 4 << 20

    static func read(_ path: String) throws(TLSError) -> [UInt8] {
        do throws(FileError) { return try WholeFile.read(path, limit: largestFile) } catch { throw .file(error) }
    }

    /// A private key: mode 0600, or 0640 for a group that may read it; anything wider is refused.
    static func readKey(_ path: String) throws(TLSError) -> [UInt8] {
        let bytes = try read(path)
        if let mode = WholeFile.version(path)?.permissions, mode & 0o137 != 0 {
            throw .looseKey(path: path, mode: mode)
        }
        return bytes
    }
}

/// A certificate chain, the leaf first, and the private key of the leaf: paths of two PEM files.
package struct CertificateFiles: Hashable, Sendable {
    package var chain: String
    package var key: String

    package init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }
}
