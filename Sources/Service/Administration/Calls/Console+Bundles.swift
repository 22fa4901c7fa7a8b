internal import Bundle
internal import CBOR
internal import Installation
internal import JSON
internal import Ledger
internal import Runtime
internal import Storage
internal import Stores
internal import Telemetry
internal import Vocabulary

/// What is decided on: activated in one step, recorded, and in force at every gateway when the call returns.
extension Console {
    func showBundle(_ call: APICall) async throws(Problem) -> Reply {
        guard let bundle = try await bundle() else { throw .notFound("no bundle is active") }
        let activated = try await store { store throws(StorageError) in try store.value("bundle_activated") }
        return Reply { object in
            object.member("hash", bundle.hash.hexadecimal)
            object.member("name", bundle.name)
            object.member("activated", activated)
        }
    }

    func activateBundle(_ call: APICall) async throws(Problem) -> Reply {
        let snapshot = call.body
        // Parsing takes a while: not on the loop.
        let parsed = try await store { _ throws(StorageError) in
            Result { () throws(BundleErrors) in try Bundle(snapshot: snapshot) }
        }
        let bundle: Bundle
        do throws(BundleErrors) { bundle = try parsed.get() } catch {
            throw Problem(.badBundle, field: "body", "body: \(error)")
        }
        guard !isActivating else { throw .wrongState("body", "another bundle is being activated; try again") }
        isActivating = true
        defer { isActivating = false }
        let hash = bundle.hash.hexadecimal
        let previous = try await store { store throws(StorageError) in try store.activeBundle() }
        let warrant = try await warrant(for: bundle, call)
        let path = folder.bundle(hash)
        let seal = (seal, folder.bundleSeal(hash))
        // Sealed once it is signed for: a gateway takes no other.
        let problem = try await store { _ throws(StorageError) in
            BundleFiles.keep(snapshot, at: path) ?? BundleFiles.seal(hash, seal.0, at: seal.1)
        }
        if let problem { throw .unavailable("the bundle cannot be kept: \(problem)") }
        var about: [(String, CBOR)] = [("bundle", .bytes(bundle.hash.bytes)), ("name", .text(bundle.name))]
        if let previous, let bytes = BundleFiles.bytes(ofHash: previous) { about.append(("previous", .bytes(bytes))) }
        let reference = try await record(.policy, about + warrant.about, by: call.actor)
        let activated = now().description
        _ = try await store { store throws(StorageError) in
            try store.set("bundle_activated", activated)
            try store.activate(bundle: hash)
        }
        keep(bundle)
        let replies = await links.refresh()
        logger.info("bundle_activated", ["bundle": .name(hash)])
        return Reply { object in
            object.member("hash", hash)
            object.member("name", bundle.name)
            object.member("previous", previous)
            object.member("ref", reference.description)
            object.member(
                "gateways",
                array: { list in
                    for reply in replies {
                        list.object { entry in
                            entry.member("node", reply.node.text)
                            entry.member("applied", reply.json?["policy"]?.string == hash)
                        }
                    }
                })
        }
    }
}
