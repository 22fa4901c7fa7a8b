internal import Files
internal import Glibc
internal import Transport
package import Vocabulary
internal import YAML

/// How one installation runs: flags, then the environment (`PORTCULLIS_LISTEN`, …), then `portcullis.yaml`, then the
/// defaults below. An unknown or bad setting stops the start with its line.
package struct Settings: Sendable, Equatable {
    /// Where clients connect.
    package var listen = "127.0.0.1:8080"
    /// Where the console answers over TCP, besides the Unix socket.
    package var consoleListen = "127.0.0.1:0"
    /// Gateway processes; 0 is one a core.
    package var workers = 0
    /// Names the ledgers for ever: `<origin>/ledger/<node>/<custody>-<year>`.
    package var origin = "portcullis.example"
    package var segmentBytes = 64 << 20
    package var leaseMilliseconds = 700
    /// How long a drain waits for answers that are under way.
    package var drainSeconds = 20
    package var logLevel = "info"
    /// The use case of whoever comes with a session and not with a key.
    package var sessionUseCase: UseCaseID = UseCaseID("workspace")
    package var connections = 9_500
    package var notices = NoticeSettings()
    /// Where a deployment's host is really reached: a private endpoint, an egress proxy, a simulator.
    package var egress: [Egress] = []
    /// TLS, relays, the way out.
    package var network = NetworkSettings()

    package struct Egress: Sendable, Equatable {
        /// `host` or `host:port` as the bundle's endpoint has it.
        package var host: String
        /// A plain HTTP address, `127.0.0.1:9001`.
        package var connect: String

        package init(host: String, connect: String) {
            self.host = host
            self.connect = connect
        }
    }

    package init() {}

    /// One setting by name: how it is read from a text, and how it is written.
    struct Field {
        let name: String
        let expected: String
        let set: (inout Settings, String) -> Bool
        let get: (Settings) -> String
    }

    private static func number(
        _ name: String, _ range: ClosedRange<Int>, _ path: WritableKeyPath<Settings, Int>
    ) -> Field {
        Field(
            name: name, expected: "a number from \(range.lowerBound) to \(range.upperBound)",
            set: { settings, text in
                guard let number = Int(text), range.contains(number) else { return false }
                settings[keyPath: path] = number
                return true
            }, get: { String($0[keyPath: path]) })
    }

    private static func address(_ name: String, _ path: WritableKeyPath<Settings, String>) -> Field {
        Field(
            name: name, expected: "ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080",
            set: { settings, text in
                guard SocketAddress(text) != nil else { return false }
                settings[keyPath: path] = text
                return true
            }, get: { $0[keyPath: path] })
    }

    private static var fields: [Field] {
        [
            address("listen", \.listen), address("console_listen", \.consoleListen),
            number("workers", 0...256, \.workers),
            Field(
                name: "origin", expected: "a domain name or path of ASCII letters, digits, `.`, `-` and `/`",
                set: { settings, text in
                    let isGood =
                        (1...128).contains(text.utf8.count)
                        && text.utf8.allSatisfy { byte in
                            (0x61...0x7A).contains(byte | 0x20) || (0x2D...0x39).contains(byte)
                        }
                    if isGood { settings.origin = text }
                    return isGood
                }, get: \.origin),
            number("segment_bytes", 1 << 20...1 << 30, \.segmentBytes),
            number("lease_milliseconds", 100...60_000, \.leaseMilliseconds),
            number("drain_seconds", 0...3_600, \.drainSeconds), number("connections", 16...1_000_000, \.connections),
            Field(
                name: "log_level", expected: "debug, info, warning or error",
                set: { settings, text in
                    guard ["debug", "info", "warning", "error"].contains(text) else { return false }
                    settings.logLevel = text
                    return true
                }, get: \.logLevel),
            Field(
                name: "session_use_case", expected: "the id of a use case in the bundle",
                set: { settings, text in
                    guard let id = UseCaseID(text) else { return false }
                    settings.sessionUseCase = id
                    return true
                }, get: \.sessionUseCase.text),
        ] + networkFields + noticeFields
    }

    /// The file's settings, if there is a file, under those of the environment.
    package static func load(_ folder: DataFolder) throws(InstallationError) -> Settings {
        var settings = Settings()
        if Folder.isFile(folder.settings) {
            let bytes: [UInt8]
            do throws(FileError) { bytes = try WholeFile.read(folder.settings, limit: 1 << 20) } catch {
                throw .file(error)
            }
            try settings.read(bytes, path: folder.settings)
        }
        for field in fields {
            let name = "PORTCULLIS_" + field.name.uppercased()
            guard let value = getenv(name).map({ String(cString: $0) }) else { continue }
            guard field.set(&settings, value) else {
                throw .badEnvironment(name: name, problem: "expected \(field.expected), found \(value)")
            }
        }
        return settings
    }

    package mutating func read(_ bytes: [UInt8], path: String) throws(InstallationError) {
        let root: YAMLNode
        do throws(YAMLError) { root = try YAML.parse(bytes) } catch {
            throw .badSetting(position: "\(path):\(error.position)", problem: "\(error.problem)")
        }
        func fault(_ node: YAMLNode, _ problem: String) -> InstallationError {
            .badSetting(position: "\(path):\(node.position)", problem: problem)
        }
        guard let entries = root.entries else {
            throw fault(root, "expected a mapping of settings, found \(root.shown)")
        }
        for (key, value) in entries {
            let name = key.text ?? ""
            if name == "egress" {
                egress = try Settings.egress(value, fault)
                continue
            }
            if Settings.networkLists.contains(name) {
                try readNetworkList(name, value, fault)
                continue
            }
            guard let field = Settings.fields.first(where: { $0.name == name }) else {
                let known = (Settings.fields.map(\.name) + ["egress"] + Settings.networkLists).joined(separator: ", ")
                throw fault(key, "unknown setting \(key.shown); known are \(known)")
            }
            guard let text = value.text, field.set(&self, text) else {
                throw fault(value, "\(name): expected \(field.expected), found \(value.shown)")
            }
        }
    }

    private static func egress(
        _ node: YAMLNode, _ fault: (YAMLNode, String) -> InstallationError
    ) throws(InstallationError) -> [Egress] {
        guard let items = node.items else { throw fault(node, "egress: expected a list, found \(node.shown)") }
        var egress: [Egress] = []
        for item in items {
            var host: String?
            var connect: String?
            for (key, value) in item.entries ?? [] {
                switch key.text {
                case "host": host = value.text
                case "connect": connect = value.text
                default: throw fault(key, "unknown key \(key.shown); an egress has host and connect")
                }
            }
            guard let host, let connect, SocketAddress(connect) != nil else {
                throw fault(item, "expected host: NAME and connect: ADDRESS:PORT")
            }
            egress.append(Egress(host: host, connect: connect))
        }
        return egress
    }

    /// As a file, with every setting.
    package var fileBytes: [UInt8] {
        var text = "# Settings of this installation. An unknown or bad one stops the start.\n"
        for field in Settings.fields where !field.get(self).isEmpty {
            text += "\(field.name): \"\(field.get(self))\"\n"
        }
        if !egress.isEmpty { text += "egress:\n" }
        for entry in egress { text += "  - {host: \"\(entry.host)\", connect: \"\(entry.connect)\"}\n" }
        return Array((text + networkFile).utf8)
    }
}
