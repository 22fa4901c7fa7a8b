internal import Archive
internal import CBOR
internal import Crypto
internal import JSON
internal import Ledger
internal import MerkleLog
internal import Runtime
internal import Telemetry
internal import Vocabulary

/// The ledger as it may be seen without its content: logs, signed heads, what kind of record stands where, and proofs.
extension Console {
    /// Reads the archive on its thread.
    private func archived<Value: Sendable>(
        _ read: @escaping @Sendable (ArchiveReader) throws(ArchiveError) -> Value
    ) async throws(Problem) -> Value {
        let found: Result<Value, ArchiveError>
        do {
            found = try await archive.run { archive in Result { () throws(ArchiveError) in try read(archive) } }
        } catch { throw .unavailable("too many readers wait for the archive; try again") }
        do throws(ArchiveError) { return try found.get() } catch {
            if error.isMissing { throw .notFound(error.description) }
            logger.error("archive_failed", ["problem": .setting(error.description)])
            throw .unavailable("the ledger cannot be read: \(error.description)")
        }
    }

    func listLogs(_ call: APICall) async throws(Problem) -> Reply {
        let logs = try await archived { archive throws(ArchiveError) in try archive.logs() }
        let named = logs.map { (name: LogName($0).description, log: $0) }.sorted { $0.name < $1.name }
        return Page(of: named, call.page, key: \.name).reply { entry, object in
            object.member("id", entry.name)
            object.member("node", entry.log.node.text)
            object.member("custody", entry.log.custody.text)
            object.member("year", entry.log.year)
            object.member("origin", entry.log.origin)
        }
    }

    func showCheckpoint(_ call: APICall) async throws(Problem) -> Reply {
        let name = try call.named("log", "log") { LogName($0) }
        let head = try await archived { archive throws(ArchiveError) in
            try archive.log(name.node, name.custody, name.year).flatMap { (log) throws(ArchiveError) in
                try archive.head(of: log)
            }
        }
        guard let head else { throw .notFound("no log \(name) has published a checkpoint") }
        return Reply { Console.write(head, &$0) }
    }

    private static func write(_ head: ArchiveReader.Head, _ object: inout JSONWriter) {
        object.member("log", LogName(head.log).description)
        object.member("origin", head.checkpoint.origin)
        object.member("size", head.checkpoint.size)
        object.member("root", head.checkpoint.root.hexadecimal)
        object.member("note", String(decoding: head.note, as: UTF8.self))
        object.member("key", head.key.description)
    }

    /// What a record is, never what it says. Reading it is recorded all the same.
    func showRecord(_ call: APICall) async throws(Problem) -> Reply {
        let reference = try call.reference()
        let (leaf, hash) = try await archived { archive throws(ArchiveError) in try archive.leaf(of: reference) }
        try await record(
            .read,
            [
                ("index", .unsigned(reference.index)), ("log", .text(LogName(reference).description)),
                ("purpose", .text("metadata")),
            ], by: call.actor)
        func address(_ index: UInt64) -> String {
            var other = reference
            other.index = index
            return other.description
        }
        return Reply { object in
            object.member("ref", reference.description)
            object.member("log", LogName(reference).description)
            object.member("index", leaf.index)
            object.member("type", leaf.type.description)
            object.member("at", leaf.wall.description)
            object.member("compartment", Compartment(rawValue: leaf.compartment)?.description)
            object.member("retention_class", leaf.retention.rawValue)
            object.member("bytes", leaf.plaintextLength)
            object.member("first", address(leaf.first))
            object.member("previous", leaf.previous == Leaf.noIndex ? nil : address(leaf.previous))
            object.member("body_sha256", leaf.bodyDigest.hexadecimal)
            object.member("commitment", leaf.commitment.hexadecimal)
            object.member("leaf_hash", hash.hexadecimal)
        }
    }

    func showProof(_ call: APICall) async throws(Problem) -> Reply {
        let reference = try call.reference()
        let proof = try await archived { archive throws(ArchiveError) in try archive.inclusion(of: reference) }
        guard let proof else {
            throw .notFound("no published checkpoint covers \(reference) yet; ask again in a moment")
        }
        return Reply { object in
            object.member("ref", reference.description)
            object.member("leaf_hash", proof.leafHash.hexadecimal)
            object.member("checkpoint", object: { Console.write(proof.head, &$0) })
            object.member("path", array: { list in for hash in proof.path { list.string(hash.hexadecimal) } })
        }
    }
}
