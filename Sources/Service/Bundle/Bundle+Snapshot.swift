internal import CBOR
internal import YAML

/// A bundle as one byte string: what is stored, signed and named by its digest, and what a decision is replayed with.
///
///     {v: 1, name: text, files: {path: bytes}, zones: {IANA name: bytes of its TZif file}}
///
/// Deterministic CBOR (RFC 8949 section 4.2.1). The tables of the zones that the rules name are part of it, so that a
/// later edition of tzdata does not move a rule.
extension Bundle {
    static let snapshotVersion: UInt64 = 1

    package func snapshot() -> [UInt8] { Bundle.snapshot(name: name, files: files, zones: zoneFiles) }

    static func snapshot(name: String, files: [BundleFile], zones: [String: [UInt8]]) -> [UInt8] {
        CBOR.map([
            ("v", .unsigned(snapshotVersion)), ("name", .text(name)),
            ("files", .map(files.map { ($0.path, .bytes($0.bytes)) })),
            ("zones", .map(zones.map { ($0.key, .bytes($0.value)) })),
        ]).encoded()
    }

    /// Reads a snapshot; its own tables of zones are used and no others.
    package init(snapshot: [UInt8]) throws(BundleErrors) {
        let parts: (files: [BundleFile], zones: [String: [UInt8]], name: String)
        do {
            parts = try Bundle.parts(of: snapshot)
        } catch {
            let message = (error as? CBORFieldError)?.description ?? "\(error)"
            throw BundleErrors(faults: [BundleFault(file: "snapshot", position: nil, message: message)])
        }
        let zones = parts.zones
        try self.init(parts.files, zones: ZoneSource { zones[$0] })
        guard self.snapshot() == snapshot else {
            throw BundleErrors(faults: [
                BundleFault(
                    file: "snapshot", position: nil,
                    message: "it holds more than its files use: it was not written by a bundle")
            ])
        }
    }

    private static func parts(of snapshot: [UInt8]) throws -> ([BundleFile], [String: [UInt8]], String) {
        var fields = try CBORFields(try CBOR.decode(snapshot), path: "snapshot")
        guard try fields.unsigned("v") == snapshotVersion else {
            throw CBORFieldError(path: "snapshot.v", expected: "version \(snapshotVersion)")
        }
        let name = try fields.text("name")
        func blobs(_ key: String) throws -> [(String, [UInt8])] {
            guard case .map(let pairs) = try fields.take(key) else {
                throw CBORFieldError(path: fields.path(of: key), expected: "a map")
            }
            return try pairs.map { pair in
                guard case .bytes(let bytes) = pair.1 else {
                    throw CBORFieldError(path: fields.path(of: key), expected: "bytes")
                }
                return (pair.0, bytes)
            }
        }
        let files = try blobs("files").map { BundleFile(path: $0.0, bytes: $0.1) }
        let zones = Dictionary(try blobs("zones"), uniquingKeysWith: { first, _ in first })
        try fields.finish()
        return (files, zones, name)
    }
}
