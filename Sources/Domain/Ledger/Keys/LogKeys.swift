internal import Bytes
package import MerkleLog

/// The signing key of a log that is being opened, and what has to be written first when the log is new.
package struct LogKeys: ~Copyable {
    package let signer: NoteSigner
    package let effects: [LedgerEffect]

    /// - Parameter random: gives the seed of a new log's key.
    package init(
        folder: some LogFolder, identity: LogIdentity, master: MasterKey, random: (Int) -> [UInt8]
    ) throws(LedgerError) {
        var effects: [LedgerEffect] = []
        let seed: SecretBytes
        let segments = try folder.names(in: LogPath.segments)
        let isNew = try folder.names(in: LogPath.checkpoints).isEmpty && segments.isEmpty
        if let file = try folder.contents(LogKeyFile.path, limit: 4096) {
            seed = try LogKeyFile.seed(file, origin: identity.origin, under: master)
            // Before the first segment nothing shows that the file was flushed: written again, like all that is taken
            // over.
            if isNew { effects.append(.replace(path: LogKeyFile.path, bytes: file)) }
        } else {
            guard isNew else {
                throw .badKeyFile(path: LogKeyFile.path, problem: "the file is missing: restore it from a copy")
            }
            var raw = random(32)
            seed = SecretBytes(taking: &raw)
            let file = try LogKeyFile.encode(seed: seed, origin: identity.origin, under: master)
            effects.append(.replace(path: LogKeyFile.path, bytes: file))
        }
        let signer = try LogKeyFile.signer(seed: seed, origin: identity.origin)
        let line = Array((signer.key.description + "\n").utf8)
        switch try folder.contents(LogKeyFile.publicPath, limit: 4096) {
        case line: if isNew { effects.append(.replace(path: LogKeyFile.publicPath, bytes: line)) }
        case nil: effects.append(.replace(path: LogKeyFile.publicPath, bytes: line))
        default: throw .badKeyFile(path: LogKeyFile.publicPath, problem: "this is not the public half of log.key")
        }
        self.signer = signer
        self.effects = effects
    }

    /// Gives the signer away.
    package consuming func takeSigner() -> NoteSigner { signer }
}
