internal import Bytes
package import Ledger
package import MerkleLog
package import Vocabulary

/// A log with its core and publisher on a disk, driven synchronously: what the node's driver does with a disk thread.
package final class TestLog {
    package static let identity: LogIdentity = {
        do {
            return try LogIdentity(
                node: NodeID("gw1"), custody: CustodyID("hk"), year: 2026, origin: "meridian.example/ledger/gw1/hk-2026"
            )
        } catch {
            preconditionFailure("the test's identity is refused: \(error)")
        }
    }()

    package static let master = MasterKey(key: SecretBytes([UInt8](repeating: 0x42, count: 32)))
    package static let lease = Lease(epoch: 7, id: 3, until: 99)

    package let disk: any LedgerDisk
    package var core: LogCore
    package var publisher: LogPublisher
    package let recovered: RecoveredLog
    package var now: LedgerTime
    package var version = "test"

    package var durableCount: UInt64 { core.durableCount }
    package var nextIndex: UInt64 { core.nextIndex }
    package var isFenced: Bool { core.isFenced || publisher.isFenced }
    package var published: Checkpoint? { publisher.published }

    /// Recovers what is there, performs the repairs, and makes the log ready; OPEN is staged, not yet durable.
    /// - Parameter seed: of keys, salts and the boot id; another one for each run.
    package init(
        _ disk: any LedgerDisk, settings: LogSettings, publishing: LogPublisher.Settings = LogPublisher.Settings(),
        seed: UInt64, now: LedgerTime, identity: LogIdentity = TestLog.identity,
        master: MasterKey = TestLog.master
    ) throws {
        let source = SeededSource(seed)
        let random: @Sendable (Int) -> [UInt8] = { source.bytes($0) }
        let keys = try LogKeys(folder: disk, identity: identity, master: master, random: random)
        for effect in keys.effects { try disk.perform(effect) }
        let boot = random(16)
        let recovered = try TestLog.recover(disk, identity, keys.signer.key, settings.segments)
        for repair in recovered.repairs { try disk.perform(repair) }
        self.disk = disk
        self.recovered = recovered
        self.now = now
        core = LogCore(
            identity: identity, settings: settings, bootID: Opaque128(boot) ?? .zero, master: master,
            start: recovered.start, random: random)
        publisher = LogPublisher(
            identity: identity, settings: publishing, signer: keys.takeSigner(), start: recovered.publishing)
        try prepare()
        _ = try core.open(version: version, recovered: recovered.report, lease: TestLog.lease, at: now)
    }

    package static func recover(
        _ disk: any LedgerDisk, _ identity: LogIdentity, _ key: VerifierKey, _ geometry: SegmentGeometry
    ) throws -> RecoveredLog {
        var failure: LedgerDiskError?
        do {
            return try LogRecovery(folder: Boxed(disk), identity: identity, key: key, geometry: geometry) {
                effect throws(LedgerError) in
                do throws(LedgerDiskError) {
                    try disk.perform(effect)
                } catch {
                    failure = error
                    throw .unreadable(path: "tile", problem: error.description)
                }
            }.run()
        } catch { throw failure ?? error }
    }

    /// Keys and segments, until nothing is wanted.
    package func prepare() throws {
        while let effect = try core.nextKeyAppend(at: now) {
            do throws(LedgerDiskError) {
                try disk.perform(effect)
                core.keyAppendCompleted()
            } catch {
                core.keyAppendFailed(error.failure)
                throw error
            }
        }
        while let effect = core.nextSegment() {
            do throws(LedgerDiskError) {
                try disk.perform(effect)
                core.segmentPrepared()
            } catch {
                core.segmentFailed()
                throw error
            }
        }
    }

    /// Writes what is staged until everything is durable.
    package func commit() throws {
        while try step() {}
        try prepare()
    }

    /// One write of records, if any is wanted.
    package func step() throws -> Bool {
        guard let write = core.nextWrite() else { return false }
        do throws(LedgerDiskError) {
            try disk.perform(write.effect)
        } catch {
            core.failed()
            throw error
        }
        core.completed(write)
        return true
    }

    /// Commits and publishes a checkpoint.
    package func publish() throws {
        try commit()
        if let leaves = core.takeDurableLeaves() { publisher.add(leaves) }
        try publisher.publish(at: now)
        while let effect = publisher.nextEffect() {
            do throws(LedgerDiskError) {
                try disk.perform(effect)
            } catch {
                publisher.failed(error.failure)
                throw error
            }
            publisher.completed()
        }
    }

    package func close() throws {
        _ = try core.close(reason: "test", lease: TestLog.lease, at: now)
        try publish()
    }

    package func advance(milliseconds: UInt64) {
        now.monotonic += milliseconds * 1_000_000
        now.wall.nanoseconds += Int64(milliseconds) * 1_000_000
    }
}

/// A disk as a concrete folder, for generic readers.
package struct Boxed: LogFolder {
    private let disk: any LedgerDisk

    package init(_ disk: any LedgerDisk) { self.disk = disk }

    package func read(
        _ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LedgerError) -> Int? {
        try disk.read(path, at: offset, into: buffer)
    }

    package func names(in folder: String) throws(LedgerError) -> [String] { try disk.names(in: folder) }
}
