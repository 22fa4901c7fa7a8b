internal import Files

/// Finds the logs below a folder that somebody names: a data folder, `ledger`, a node's folder or a log's own.
enum LogSearch {
    static func logs(in folder: String) throws(VerifyProgram.UsageError) -> [String] {
        guard Folder.isFolder(folder) else {
            throw VerifyProgram.UsageError(text: "\(folder): there is no such folder")
        }
        let trimmed = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let root = Folder.isFolder(trimmed + "/ledger") ? trimmed + "/ledger" : trimmed
        do throws(FileError) {
            for depth in 0...2 {
                let found = try folders(below: root, depth).filter(isLog)
                if !found.isEmpty { return found }
            }
        } catch {
            throw VerifyProgram.UsageError(text: error.description)
        }
        throw VerifyProgram.UsageError(text: "\(folder): there is no log in it")
    }

    private static func isLog(_ path: String) -> Bool {
        Folder.isFile(path + "/log.vkey") || Folder.isFolder(path + "/seg") || Folder.isFolder(path + "/checkpoints")
    }

    private static func folders(below root: String, _ depth: Int) throws(FileError) -> [String] {
        guard depth > 0 else { return [root] }
        var folders: [String] = []
        for parent in try self.folders(below: root, depth - 1) {
            for name in (try Folder.names(parent) ?? []).sorted() where Folder.isFolder(parent + "/" + name) {
                folders.append(parent + "/" + name)
            }
        }
        return folders
    }
}
