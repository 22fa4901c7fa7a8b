package import Files
package import TLS

/// Why an installation cannot be opened. Each is one line with its remedy.
package enum InstallationError: Error, Equatable, Sendable {
    case file(FileError)
    case notAnInstallation(root: String)
    /// `position` is `file:line:column`.
    case badSetting(position: String, problem: String)
    case badEnvironment(name: String, problem: String)
    case badSecret(path: String, problem: String)
    /// A file of secrets that others may read.
    case looseSecret(path: String, mode: UInt32)
    /// A certificate, a key or a list of authorities.
    case tls(TLSError)

    package var message: String {
        switch self {
        case .file(let error): error.description
        case .notAnInstallation(let root):
            "\(root) holds no installation; make one with `portcullis init --data \(root)`"
        case .badSetting(let position, let problem): "\(position): \(problem)"
        case .badEnvironment(let name, let problem): "environment variable \(name): \(problem)"
        case .tls(let error): error.message
        case .badSecret(let path, let problem): "\(path): \(problem)"
        case .looseSecret(let path, let mode):
            "\(path) may be read by others (mode \(String(mode, radix: 8))); run `chmod 600 \(path)` and replace the key in it"
        }
    }
}
