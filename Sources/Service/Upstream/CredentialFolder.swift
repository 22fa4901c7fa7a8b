package import Bytes
package import Files
package import Runtime
package import Vocabulary

/// Credentials from files, one a deployment, `<deployment>.key`, the first line; replaced without a restart. A file
/// that others may read is not used.
@EventLoop
package final class CredentialFolder: CredentialSource {
    private var known: [DeploymentID: SecretBytes] = [:]

    package init() {}

    package func credential(for deployment: DeploymentID) -> SecretBytes? { known[deployment] }

    /// Takes over what `read` found.
    package func replace(with found: [DeploymentID: SecretBytes]) { known = found }

    /// What a look at the folder yields, and what is wrong in it.
    package struct Found: Sendable {
        package var credentials: [DeploymentID: SecretBytes] = [:]
        /// One line each, without a secret.
        package var problems: [String] = []
        /// Changes when any file does.
        package var version: [String: FileVersion] = [:]
    }

    /// Blocking. Nil when nothing changed since `version`.
    package nonisolated static func read(_ folder: String, unless version: [String: FileVersion]) -> Found? {
        var found = Found()
        let names: [String]
        do throws(FileError) { names = try Folder.names(folder) ?? [] } catch {
            found.problems.append(error.description)
            return found
        }
        for name in names where name.hasSuffix(".key") {
            if let seen = WholeFile.version(folder + "/" + name) { found.version[name] = seen }
        }
        if found.version == version { return nil }
        for (name, seen) in found.version.sorted(by: { $0.key < $1.key }) {
            let path = folder + "/" + name
            guard let id = DeploymentID(name.dropLast(4)) else {
                found.problems.append("\(path): the name is not that of a deployment")
                continue
            }
            guard seen.permissions & 0o077 == 0 else {
                found.problems.append("\(path) may be read by others; run chmod 600 and replace the key in it")
                continue
            }
            do throws(FileError) {
                let line = try WholeFile.read(path, limit: 16_384).prefix { $0 != 0x0A && $0 != 0x0D }
                var bytes = Array(line)
                if bytes.isEmpty {
                    found.problems.append("\(path) is empty")
                } else {
                    found.credentials[id] = SecretBytes(taking: &bytes)
                }
            } catch { found.problems.append(error.description) }
        }
        return found
    }
}
