internal import Bytes
internal import Files
internal import Runtime

/// A login, `user:password`, in the first line of a file that nobody else may read; read again when it changes.
final class LoginFile: Sendable {
    private let path: String
    private let version: Lock<FileVersion?>

    init(_ path: String) {
        self.path = path
        version = Lock(nil)
    }

    /// Blocking.
    func read() throws(InstallationError) -> SecretBytes {
        let found = WholeFile.version(path)
        version.withLock { $0 = found }
        let line = try Secrets.read(path).prefix { $0 != 0x0A && $0 != 0x0D }
        var bytes = Array(line)
        guard bytes.contains(0x3A), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .badSecret(path: path, problem: "expected user:password in the first line")
        }
        return SecretBytes(taking: &bytes)
    }

    /// Blocking. Nil when the file did not change, or cannot be used.
    func changed() -> SecretBytes? {
        guard WholeFile.version(path) != version.withLock({ $0 }) else { return nil }
        // A login that cannot be used leaves the one before in place; the proxy's own refusal says the rest.
        return try? read()
    }
}
