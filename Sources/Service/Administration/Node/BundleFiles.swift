internal import Bundle
internal import Bytes
internal import Files
internal import Installation

/// Snapshots of bundles in the data folder, each under its digest. Blocking.
enum BundleFiles {
    /// LIMIT: bytes of a snapshot.
    private static let limit = 64 << 20

    static func load(_ path: String) -> Bundle? {
        guard let bytes = try? WholeFile.read(path, limit: limit) else { return nil }
        return try? Bundle(snapshot: bytes)
    }

    /// What went wrong; nil when the snapshot is on disk.
    static func keep(_ snapshot: [UInt8], at path: String) -> String? {
        do throws(FileError) {
            try WholeFile.replace(path, snapshot)
            return nil
        } catch { return error.description }
    }

    /// What went wrong; nil when the signature is on disk.
    static func seal(_ hash: String, _ seal: BundleSeal, at path: String) -> String? {
        do throws(BundleSeal.Fault) {
            try seal.sign(hash, at: path)
            return nil
        } catch { return error.description }
    }

    static func bytes(ofHash hash: String) -> [UInt8]? { Hex.decode(hash) }
}
