internal import Bundle
package import CutOff
internal import Files
package import Installation
internal import Storage
internal import Stores
internal import Vocabulary

/// Reads the control store for a node: everything once, then what changed. Blocks; lives on a thread of its own.
package final class ControlReader {
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private let store: ControlStore
    private let folder: DataFolder
    private let seal: BundleSeal
    /// Every event of the register of cut-offs, of all nodes.
    private let registerEvents: @Sendable () throws -> [CutEvent]
    private var revision: UInt64?
    private var bundleHash: String?

    package init(
        _ folder: DataFolder, seal: BundleSeal, registerEvents: @escaping @Sendable () throws -> [CutEvent]
    ) throws(Problem) {
        self.folder = folder
        self.seal = seal
        self.registerEvents = registerEvents
        do throws(StorageError) { store = try ControlStore(path: folder.controlStore, readOnly: true) } catch {
            throw Problem(description: error.description)
        }
    }

    /// What the node does not have yet. On an error nothing is taken over, and the next call starts from the same
    /// place.
    package func next() throws(Problem) -> ControlUpdate {
        do {
            return try revision.map { try changes(after: $0) } ?? everything()
        } catch let error as StorageError {
            throw Problem(description: error.description)
        } catch let error as Problem {
            throw error
        } catch { throw Problem(description: "the register of cut-offs cannot be read: \(error)") }
    }

    private func everything() throws -> ControlUpdate {
        var update = ControlUpdate()
        // Read first: what changes meanwhile is read again, which does no harm.
        update.revision = try store.revision()
        update.directory = try store.directory()
        update.evidence = Dictionary(grouping: try store.evidence(), by: \.person)
        update.terms = try store.currentTerms()?.date
        update.bundle = try activeBundle()
        update.register = try registerEvents()
        revision = update.revision
        return update
    }

    private func changes(after last: UInt64) throws -> ControlUpdate {
        var update = ControlUpdate()
        update.revision = last
        let changes = try store.changes(after: last)
        update.revision = changes.last?.revision ?? last
        for item in Set(changes.map({ Item(kind: $0.kind, id: $0.id) })) { try take(item, &update) }
        // Behind ten thousand people who have moved, rules do not wait; cut-offs and what ended come past the store.
        update.hasMore = changes.count == ControlStore.changesAtOnce
        if update.hasMore {
            update.terms = try store.currentTerms()?.date
            update.bundle = try update.bundle ?? activeBundle()
        }
        revision = update.revision
        return update
    }

    private struct Item: Hashable {
        var kind: ControlChange.Kind
        var id: String
    }

    private func take(_ item: Item, _ update: inout ControlUpdate) throws {
        switch item.kind {
        case .person: if let id = PersonID(item.id) { update.people += try store.people(id: id) }
        case .account: if let id = AccountID(item.id) { update.accounts += try store.accounts(id: id) }
        case .key: if let id = KeyID(item.id) { update.keys += try store.keys(id: id) }
        case .session:
            guard let id = SessionID(item.id) else { return }
            let found = try store.sessions(id: id)
            update.sessions += found
            if found.isEmpty { update.forgottenSessions.append(id) }
        case .evidence: if let id = PersonID(item.id) { update.evidence[id] = try store.evidence(of: id) }
        case .terms: update.terms = try store.currentTerms()?.date
        case .bundle: update.bundle = try activeBundle()
        case .register: if update.register.isEmpty { update.register = try registerEvents() }
        case .source, .other: break
        }
    }

    /// Nil when it is the one that was read before, or none was ever activated.
    private func activeBundle() throws -> Bundle? {
        guard let hash = try store.activeBundle(), hash != bundleHash else { return nil }
        let path = folder.bundle(hash)
        let bundle: Bundle
        do {
            bundle = try Bundle(snapshot: try WholeFile.read(path, limit: ControlReader.snapshotLimit))
        } catch { throw Problem(description: "the active bundle \(path) cannot be used: \(error)") }
        guard bundle.hash.hexadecimal == hash else {
            throw Problem(description: "\(path) is not the bundle that its name says; restore it from a backup")
        }
        do throws(BundleSeal.Fault) { try seal.check(hash, at: folder.bundleSeal(hash)) } catch {
            throw Problem(description: error.description)
        }
        bundleHash = hash
        return bundle
    }

    /// LIMIT: bytes of a bundle's snapshot.
    package static let snapshotLimit = 64 << 20
}
