internal import Bytes
package import Crypto
internal import JSON
package import Vocabulary

/// What a backup holds: `manifest.json`, with `manifest.mac` beside it (schema/backup.schema.json).
package struct BackupManifest: Sendable, Equatable {
    package static let name = "manifest.json"
    package static let codeName = "manifest.mac"
    package static let format = 1
    /// LIMIT: bytes of a manifest; a file takes about 200, and a million records some 8,000 files of tiles.
    static let maximumBytes = 256 << 20

    package struct Log: Sendable, Equatable {
        /// `ledger/gw1/hk-2026`
        package var path: String
        package var origin: String
        /// Covered by the newest checkpoint in the backup; the backup holds no other.
        package var records: UInt64
        package var root: Digest
        /// Records that stood behind the checkpoint when the backup was made, and are not in it.
        package var leftOut: UInt64
    }

    package struct Entry: Sendable, Equatable {
        package var path: String
        /// Bytes that are stored, and their digest.
        package var bytes: UInt64
        package var sha256: Digest
        package var isSealed = false
        /// Length of the file; what lies between `bytes` and it are zeros.
        package var size: UInt64
    }

    package init(
        made: Instant, program: String, incarnation: String?, revision: UInt64, activeBundle: String?, salt: [UInt8],
        cost: Scrypt.Cost, logs: [Log], files: [Entry]
    ) {
        self.made = made
        self.program = program
        self.incarnation = incarnation
        self.revision = revision
        self.activeBundle = activeBundle
        self.salt = salt
        self.cost = cost
        self.logs = logs
        self.files = files
    }

    package var made: Instant
    package var program: String
    package var incarnation: String?
    package var revision: UInt64
    package var activeBundle: String?
    package var salt: [UInt8]
    package var cost: Scrypt.Cost
    package var logs: [Log]
    package var files: [Entry]

    package var encoded: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("format", BackupManifest.format)
            object.member("made_at", made.description)
            object.member("program", program)
            object.member("incarnation", incarnation)
            object.member("revision", revision)
            object.member("active_bundle", activeBundle)
            object.key("kdf")
            object.object { kdf in
                kdf.member("name", "scrypt")
                kdf.member("n", cost.n)
                kdf.member("r", cost.r)
                kdf.member("p", cost.p)
                kdf.member("salt", Base64.encode(salt))
            }
            object.member("logs", array: { list in for log in logs { list.object { BackupManifest.write(log, &$0) } } })
            object.member(
                "files", array: { list in for file in files { list.object { BackupManifest.write(file, &$0) } } })
        }
        return writer.bytes + [0x0A]
    }

    private static func write(_ log: Log, _ object: inout JSONWriter) {
        object.member("path", log.path)
        object.member("origin", log.origin)
        object.member("records", log.records)
        object.member("root", Base64.encode(log.root.bytes))
        object.member("left_out", log.leftOut)
    }

    private static func write(_ file: Entry, _ object: inout JSONWriter) {
        object.member("path", file.path)
        object.member("bytes", file.bytes)
        object.member("size", file.size)
        object.member("sha256", Hex.encode(file.sha256.bytes))
        object.member("sealed", file.isSealed)
    }

    /// Nil for what is no manifest of this format.
    package init?(_ bytes: [UInt8]) {
        var parser = JSONParser()
        guard let root = (try? parser.parse(bytes))?.root, root["format"]?.integer == Int64(BackupManifest.format),
            let made = root["made_at"]?.string.flatMap({ Instant($0) }), let program = root["program"]?.string,
            let revision = root["revision"]?.count, let kdf = root["kdf"], kdf["name"]?.string == "scrypt",
            let n = kdf["n"]?.count, let r = kdf["r"]?.count, let p = kdf["p"]?.count,
            let salt = kdf["salt"]?.string.flatMap({ Base64.decode($0) }),
            let logs = root["logs"].map({ Array($0.elements) }), let files = root["files"].map({ Array($0.elements) })
        else { return nil }
        self.made = made
        self.program = program
        self.revision = revision
        self.salt = salt
        cost = Scrypt.Cost(n: n, r: r, p: p)
        incarnation = root["incarnation"]?.string
        activeBundle = root["active_bundle"]?.string
        self.logs = logs.compactMap { BackupManifest.log($0) }
        self.files = files.compactMap { BackupManifest.file($0) }
        guard self.logs.count == logs.count, self.files.count == files.count, cost.isAffordable else {
            return nil
        }
    }

    private static func log(_ value: JSONValue) -> Log? {
        guard let path = value["path"]?.string, isPath(path), let origin = value["origin"]?.string,
            let records = value["records"]?.count, let leftOut = value["left_out"]?.count,
            let root = value["root"]?.string.flatMap({ Base64.decode($0) }).flatMap({ Digest($0) })
        else { return nil }
        return Log(path: path, origin: origin, records: records, root: root, leftOut: leftOut)
    }

    private static func file(_ value: JSONValue) -> Entry? {
        guard let path = value["path"]?.string, isPath(path), let bytes = value["bytes"]?.count,
            let size = value["size"]?.count, size >= bytes || value["sealed"]?.boolean == true,
            let sealed = value["sealed"]?.boolean,
            let digest = value["sha256"]?.string.flatMap({ Hex.decode($0) }).flatMap({ Digest($0) })
        else { return nil }
        return Entry(path: path, bytes: bytes, sha256: digest, isSealed: sealed, size: size)
    }

    /// Below the folder: relative, and no way out of it.
    static func isPath(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return !parts.isEmpty && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }
    }
}

extension JSONValue {
    fileprivate var count: UInt64? { integer.flatMap { UInt64(exactly: $0) } }
}
