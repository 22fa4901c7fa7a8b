internal import YAML

@testable internal import Bundle

/// Bundles: any files give a bundle or a list of faults with their places, in whatever order the files come; a bundle
/// survives its snapshot, and a snapshot is accepted only as a bundle writes it.
struct BundleTarget: FuzzTarget {
    static let name = "bundle"
    /// Separates files in an input; no file of a bundle may hold it.
    private static let mark: UInt8 = 0x01
    /// The tables of these zones are read from the system once; the other zones do not exist.
    private static let zones: ZoneSource = {
        var tables: [String: [UInt8]] = [:]
        for name in ["Asia/Hong_Kong", "Europe/London", "America/New_York", "UTC"] {
            tables[name] = ZoneSource.system.bytes(of: name)
        }
        let known = tables
        return ZoneSource { known[$0] }
    }()

    func run(_ input: [UInt8]) throws {
        // A snapshot is a map of five pairs at most; no file's path begins like one.
        if let first = input.first, first & 0xE0 == 0xA0 { return try snapshot(input) }
        let files = BundleTarget.files(input)
        let loaded = load(files)
        switch (loaded, load(files.reversed())) {
        case (.success(let bundle), .success(let again)):
            try promise(bundle.hash == again.hash, "the order of the files changed a bundle")
            try survives(bundle)
        case (.failure(let faults), .failure(let others)):
            // Of two files with one name the first is read.
            if Set(files.map(\.path)).count < files.count { return }
            try check(faults, files)
            try promise(faults == others, "the order of the files changed the faults")
        default: throw BrokenPromise(description: "the order of the files decides whether they are a bundle")
        }
    }

    /// `path LF content`, with a mark between files.
    private static func files(_ input: [UInt8]) -> [BundleFile] {
        input.split(separator: mark).prefix(32).map { part in
            let path = part.prefix { $0 != 0x0A }
            return BundleFile(path: String(decoding: path, as: UTF8.self), bytes: Array(part.dropFirst(path.count + 1)))
        }
    }

    private func load(_ files: [BundleFile]) -> Result<Bundle, BundleErrors> {
        Result { () throws(BundleErrors) in try Bundle.load(files: files, zones: BundleTarget.zones) }
    }

    private func survives(_ bundle: Bundle) throws {
        let bytes = bundle.snapshot()
        let again: Bundle
        do {
            again = try Bundle(snapshot: bytes)
        } catch { throw BrokenPromise(description: "a bundle's own snapshot is refused: \(error)") }
        try promise(again.hash == bundle.hash && again.snapshot() == bytes, "a bundle changed in its snapshot")
    }

    private func snapshot(_ input: [UInt8]) throws {
        guard let bundle = try? Bundle(snapshot: input) else { return }
        try promise(bundle.snapshot() == input, "two snapshots of one bundle")
    }

    private func check(_ errors: BundleErrors, _ files: [BundleFile]) throws {
        try promise(!errors.faults.isEmpty, "refused without a fault")
        try promise(errors.faults == errors.faults.sorted(), "faults out of order")
        for fault in errors.faults {
            try promise(!fault.message.isEmpty && !fault.message.contains("\n"), "a fault that is not one line")
            guard let position = fault.position else { continue }
            guard let file = files.first(where: { $0.path == fault.file }) else { continue }
            let lines = 1 + file.bytes.count { $0 == 0x0A || $0 == 0x0D }
            // YAML 1.1 has further line ends, of three bytes each.
            let others = file.bytes.count { $0 == 0xC2 || $0 == 0xE2 }
            let isInside = (1...lines + others + 1).contains(position.line) && position.column >= 1
            try promise(isInside, "a fault outside of its file")
        }
    }
}
