internal import Files
internal import Ledger
package import Vocabulary

/// Which life of an installation this is. One that was restored from a backup must not go on writing the logs that the
/// backup holds: what it published after the backup is known elsewhere, and other records under the same numbers would
/// contradict it. So a restored installation has a new name, its nodes are other nodes of the ledger, and their logs
/// begin anew; the old ones are read and verified, and never written again (docs/decisions/0031).
package struct Incarnation: Sendable, Equatable {
    /// Nil in the first life.
    package let name: String?

    /// 35 bits by chance: two restores of one backup have different names.
    private static let letters = Array("abcdefghjkmnpqrstvwxyz0123456789".utf8)
    package static let length = 7

    package init(name: String?) { self.name = name }

    /// As the data folder says; without a file it is the first life.
    package init(_ folder: DataFolder) throws(InstallationError) {
        guard Folder.isFile(folder.incarnation) else {
            name = nil
            return
        }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try WholeFile.read(folder.incarnation, limit: 64) } catch { throw .file(error) }
        let text = bytes.split(separator: 0x0A).first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard text.utf8.count == Incarnation.length, text.utf8.allSatisfy({ Incarnation.letters.contains($0) }) else {
            throw .badSecret(
                path: folder.incarnation,
                problem: "expected \(Incarnation.length) small letters and digits; restore the installation again")
        }
        name = text
    }

    /// A new life. - Parameter random: as many random bytes as `length`, or more.
    package static func fresh(random: [UInt8]) -> Incarnation {
        Incarnation(
            name: String(decoding: random.prefix(length).map { letters[Int($0) % letters.count] }, as: UTF8.self))
    }

    /// The node's name in the ledger: `gw1`, and after a restore `gw1` with the name of this life.
    /// LIMIT: 16 letters and digits together, so a node of a restored installation has 9 of its own.
    package func ledgerName(of node: NodeID) throws(InstallationError) -> NodeID {
        guard let name else { return node }
        guard let long = NodeID(node.text + name), Reference.isName(long.text) else {
            throw .badSetting(
                position: "--node \(node)",
                problem: "a node of a restored installation has a name of 9 small letters and digits at most")
        }
        return long
    }

    /// Whether `ledgerNode` is the name of this node in some life of the installation.
    package static func isName(_ ledgerNode: NodeID, of node: NodeID) -> Bool {
        guard ledgerNode != node else { return true }
        return ledgerNode.text.hasPrefix(node.text)
            && ledgerNode.text.utf8.count == node.text.utf8.count + Incarnation.length
    }

    package var fileBytes: [UInt8] { Array(((name ?? "") + "\n").utf8) }
}
