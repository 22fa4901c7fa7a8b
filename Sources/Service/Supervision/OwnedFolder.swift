internal import Files
package import Installation
internal import Runtime

/// A data folder of which this process is the one supervisor, for as long as it holds this value.
package struct OwnedFolder: ~Copyable {
    package let folder: DataFolder
    private let lock: FileLock

    /// Makes the installation, or what is missing of it: folders (0700), settings, secrets. What is there stays.
    /// - Parameter fresh: an installation that stands there is removed first; whatever else lies in the folder is not.
    /// - Parameter settings: written where no settings file is.
    package static func create(
        _ path: String, fresh: Bool = false, settings: Settings = Settings()
    ) throws(SupervisionError) -> OwnedFolder {
        let folder = try named(path)
        do throws(FileError) { try Folder.create(folder.root) } catch {
            throw .unusableFolder(problem: error.description)
        }
        if fresh { try check(folder) }
        let owned = OwnedFolder(folder: folder, lock: try lock(folder))
        do throws(FileError) {
            if fresh { for path in folder.own { try Folder.remove(path) } }
            // First, as it is what an installation is recognised by.
            if !Folder.isFile(folder.settings) { try WholeFile.replace(folder.settings, settings.fileBytes) }
            for path in folder.all { try Folder.create(path) }
        } catch { throw .unusableFolder(problem: error.description) }
        do throws(InstallationError) { try Secrets.create(in: folder) } catch { throw .installation(error) }
        return owned
    }

    /// An existing installation.
    package static func open(_ path: String) throws(SupervisionError) -> OwnedFolder {
        let folder = try named(path)
        guard Folder.isFile(folder.settings) else { throw .installation(.notAnInstallation(root: path)) }
        let owned = OwnedFolder(folder: folder, lock: try lock(folder))
        do throws(FileError) { for path in folder.all { try Folder.create(path) } } catch {
            throw .unusableFolder(problem: error.description)
        }
        return owned
    }

    /// Gives the folder back. Said aloud, as a value that is not used any more may end earlier than one thinks.
    package consuming func release() {}

    private static func named(_ path: String) throws(SupervisionError) -> DataFolder {
        var root = WholeFile.absolute(path)
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        let folder = DataFolder(root)
        // LIMIT: sockaddr_un holds 107 bytes and a zero (unix(7)).
        for socket in [folder.socket, folder.run + "/gw256.sock"] where socket.utf8.count > 107 {
            throw .pathTooLong(path: socket)
        }
        return folder
    }

    /// `--fresh` needs an empty folder or one of ours.
    private static func check(_ folder: DataFolder) throws(SupervisionError) {
        let names: [String]
        do throws(FileError) { names = try Folder.names(folder.root) ?? [] } catch { throw .file(error) }
        let isEmpty = names.allSatisfy { folder.root + "/" + $0 == folder.lock }
        guard isEmpty || Folder.isFile(folder.settings) else { throw .notOurs(root: folder.root) }
    }

    /// The holder's process stands in the file, for whoever is turned away.
    private static func lock(_ folder: DataFolder) throws(SupervisionError) -> FileLock {
        do throws(FileError) {
            let lock = try FileLock(folder.lock)
            let pid = Array("\(CurrentProcess.pid)\n".utf8)
            let file = try File(folder.lock, .replace(permissions: 0o600))
            try file.write(pid, at: 0)
            return lock
        } catch {
            guard error.isLockedByAnother else { throw .file(error) }
            // Without a readable number the message does without.
            let text = (try? WholeFile.read(folder.lock, limit: 32)).map { String(decoding: $0, as: UTF8.self) }
            throw .alreadyRunning(root: folder.root, pid: text?.split(separator: "\n").first.map { String($0) })
        }
    }
}
