internal import Files
package import Installation
package import Ledger
internal import LedgerFiles
internal import MerkleLog
package import Vocabulary

/// Reads what an installation has recorded, from its folder and its master key alone: no process has to run, and one
/// that runs is not disturbed. Blocking.
package struct ArchiveReader: Sendable {
    package let folder: DataFolder
    let master: MasterKey

    package init(folder: DataFolder, master: MasterKey) {
        self.folder = folder
        self.master = master
    }

    /// The logs in the folder, sorted by node, custody and year. One that is being made is left out.
    package func logs() throws(ArchiveError) -> [LogIdentity] {
        var logs: [LogIdentity] = []
        for node in try names(folder.ledger) {
            guard let node = NodeID(node) else { continue }
            for name in try names(folder.ledger(of: node)) {
                guard let (custody, year) = ArchiveReader.parts(of: name) else { continue }
                if let log = try identity(node, custody, year) { logs.append(log) }
            }
        }
        return logs
    }

    /// The log that a reference points into.
    package func log(of reference: Reference) throws(ArchiveError) -> LogIdentity {
        guard let log = try identity(reference.node, reference.custody, reference.year) else {
            throw .noLog(reference)
        }
        return log
    }

    /// Nil when no such log is there, or nothing of it but its folder. The log's name stands in its public key.
    private func identity(_ node: NodeID, _ custody: CustodyID, _ year: Int) throws(ArchiveError) -> LogIdentity? {
        let path = folder.ledger(of: node) + "/\(custody)-\(year)"
        guard Reference.isName(node.text), Reference.isName(custody.text), Folder.isFolder(path + "/seg") else {
            return nil
        }
        let key = try verifierKey(path)
        do throws(LedgerError) {
            return try LogIdentity(node: node, custody: custody, year: year, origin: key.name)
        } catch { throw .ledger(error, log: path) }
    }

    /// The public key in a log's folder: it names the log. Whether it is the right one, an auditor asks elsewhere.
    func verifierKey(_ path: String) throws(ArchiveError) -> VerifierKey {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try WholeFile.read(path + "/" + LogKeyFile.publicPath, limit: 4096)
        } catch { throw .file(error) }
        do throws(MerkleLogError) {
            return try VerifierKey(String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? "")
        } catch {
            throw .ledger(.badKeyFile(path: LogKeyFile.publicPath, problem: "\(error)"), log: path)
        }
    }

    private func names(_ path: String) throws(ArchiveError) -> [String] {
        do throws(FileError) { return try Folder.names(path)?.sorted() ?? [] } catch { throw .file(error) }
    }

    func reader(of log: LogIdentity) -> LedgerReader<FileLogFolder> {
        LedgerReader(folder: FileLogFolder(path(of: log)), identity: log, masters: [master])
    }

    func path(of log: LogIdentity) -> String { folder.root + "/" + log.folder }

    /// `hk-2026`.
    private static func parts(of name: String) -> (CustodyID, Int)? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let custody = CustodyID(parts[0]), parts[1].utf8.count == 4, let year = Int(parts[1])
        else { return nil }
        return (custody, year)
    }
}
