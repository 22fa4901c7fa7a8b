internal import Bytes
internal import Ledger
internal import MerkleLog
internal import Vocabulary

/// A segment as a damaged disk or an adversary may leave it: recovery and verification end with an answer. Checksums
/// are set right before, so that the fuzzer gets behind them.
struct LedgerTarget: FuzzTarget {
    static let name = "ledger"
    private static let key = "meridian.example/ledger/gw1/hk-2026+3dab7af5+AfII+rdp5XtaCaWdUrZiGGq9Uks5hg8KNMa7sCiEyL9c"

    func run(_ input: [UInt8]) throws {
        guard let geometry = SegmentGeometry(size: SegmentGeometry.minimumSize),
            let key = try? VerifierKey(LedgerTarget.key),
            let identity = try? LogIdentity(
                node: NodeID("gw1"), custody: CustodyID("hk"), year: 2026, origin: key.name)
        else { throw BrokenPromise(description: "the target's own constants are refused") }
        var segment = Array(input.prefix(geometry.size))
        segment += [UInt8](repeating: 0, count: geometry.size - segment.count)
        LedgerTarget.repair(&segment)
        let folder = MemoryLog(files: [
            "log.vkey": Array((LedgerTarget.key + "\n").utf8), "seg/000000000000": segment,
        ])
        let report = LogVerifier.verify(folder, anchors: [key])
        try promise(report.origin == key.name, "a report about another log")
        let recovery = LogRecovery(folder: folder, identity: identity, key: key, geometry: geometry) { _ in }
        if let recovered = try? recovery.run() {
            try promise(recovered.droppedBytes <= UInt64(geometry.size), "more was dropped than was there")
        }
    }

    /// Sets the checksums of the header and of each frame that its length leads to.
    private static func repair(_ segment: inout [UInt8]) {
        put(CRC32C.of(Array(segment[..<60])), at: 60, in: &segment)
        var offset = 64
        while offset + 264 <= segment.count {
            let length = Int(number(segment, offset + 8))
            guard length >= 264, length <= segment.count - offset else { return }
            put(CRC32C.of(Array(segment[offset..<offset + length - 4])), at: offset + length - 4, in: &segment)
            offset += length
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func put(_ value: UInt32, at offset: Int, in bytes: inout [UInt8]) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
    }
}
