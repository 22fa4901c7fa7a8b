internal import Bundle
internal import Bytes
internal import Files
internal import Installation
internal import Vocabulary

/// The snapshots of bundles in a data folder, each read once. Not shared between threads.
final class BundleShelf {
    /// LIMIT: bytes of a snapshot.
    private static let maximumSnapshot = 256 << 20

    private let folder: DataFolder
    private var read: [BundleHash: Result<Bundle, ArchiveError>] = [:]

    init(_ folder: DataFolder) { self.folder = folder }

    func bundle(_ hash: BundleHash) throws(ArchiveError) -> Bundle {
        if let known = read[hash] { return try known.get() }
        let result = Result { () throws(ArchiveError) in try load(hash) }
        read[hash] = result
        return try result.get()
    }

    private func load(_ hash: BundleHash) throws(ArchiveError) -> Bundle {
        let path = folder.bundle(Hex.encode(hash.bytes))
        let snapshot: [UInt8]
        do throws(FileError) {
            snapshot = try WholeFile.read(path, limit: BundleShelf.maximumSnapshot)
        } catch {
            throw error.isMissing ? .noBundle(hash: hash.description, path: path) : .file(error)
        }
        let bundle: Bundle
        do throws(BundleErrors) { bundle = try Bundle(snapshot: snapshot) } catch {
            throw .badBundle(path: path, problem: error.description)
        }
        guard bundle.hash == hash else {
            throw .badBundle(path: path, problem: "its digest is \(bundle.hash): it is another bundle, or was altered")
        }
        return bundle
    }
}
