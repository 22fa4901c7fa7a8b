internal import Bytes
internal import CBOR
internal import CutOff
internal import Policy

@testable internal import Ledger

/// What a ledger is made of. Headers and frames: what is accepted is written as it was read. Records: deterministic
/// CBOR only, and what is read from one is the same when it is written and read again.
struct FramesTarget: FuzzTarget {
    static let name = "frames"

    func run(_ input: [UInt8]) throws {
        guard let kind = input.first else { return }
        let rest = Array(input.dropFirst())
        switch kind & 3 {
        case 0: try frame(rest)
        case 1: try header(rest)
        default: try record(rest)
        }
    }

    // MARK: Frames

    /// The checksum is set right and salt and log are taken from the bytes, so that the fuzzer gets behind them.
    private func frame(_ input: [UInt8]) throws {
        var bytes = input
        let least = Frame.bodyOffset + Frame.checksumLength
        guard bytes.count >= least else {
            guard case .problem = parse(bytes, salt: 0, .zero) else {
                throw BrokenPromise(description: "a frame in too few bytes")
            }
            return
        }
        let length = bytes.withUnsafeBytes { Int($0.load(bigEndianAt: 8, as: UInt32.self)) }
        if (least...bytes.count).contains(length) {
            bytes.replace(at: length - 4, bigEndian: CRC32C.of(Array(bytes[..<(length - 4)])))
        }
        let salt = bytes.withUnsafeBytes { $0.load(bigEndianAt: 40, as: UInt64.self) }
        let log = bytes.withUnsafeBytes { Opaque128(loadingFrom: $0, at: Frame.prefixLength + 88) }
        guard case .frame(let frame) = parse(bytes, salt: salt, log) else { return }
        try promise(frame.length <= bytes.count && frame.length <= Frame.maximumLength, "a frame beyond its bytes")
        try promise(frame.length.isMultiple(of: Frame.alignment), "a frame that is not aligned")
        try promise(frame.bodyRange.upperBound <= frame.length - Frame.checksumLength, "a body beyond its frame")
        try promise(frame.batchStart <= frame.leaf.index, "a batch that begins behind its frame")
        var leaf = [UInt8](repeating: 0, count: Leaf.length)
        leaf.withUnsafeMutableBytes { frame.leaf.store(to: $0) }
        try promise(leaf == Array(bytes[frame.leafRange]), "a leaf is written otherwise than it was read")
        try changed(bytes, frame, salt, log)
    }

    /// A byte changed anywhere in a good frame makes it no frame: the checksum covers them all.
    private func changed(_ bytes: [UInt8], _ frame: Frame, _ salt: UInt64, _ log: Opaque128) throws {
        var other = bytes
        let place = Int(frame.leaf.index % UInt64(frame.length))
        other[place] ^= 1 << UInt8(frame.leaf.part & 7)
        guard case .frame(let second) = parse(other, salt: salt, log) else { return }
        throw BrokenPromise(description: "a frame with byte \(place) changed is still one, of \(second.length) bytes")
    }

    private func parse(_ bytes: [UInt8], salt: UInt64, _ log: Opaque128) -> Frame.Parsed {
        bytes.withUnsafeBytes { Frame.parse($0, salt: salt, logID: log) }
    }

    private func header(_ input: [UInt8]) throws {
        var bytes = input
        guard bytes.count >= SegmentHeader.length else { return }
        bytes.replace(at: 60, bigEndian: CRC32C.of(Array(bytes[..<60])))
        let number = bytes.withUnsafeBytes { $0.load(bigEndianAt: 16, as: UInt64.self) }
        let log = bytes.withUnsafeBytes { Opaque128(loadingFrom: $0, at: 32) }
        guard let header = SegmentHeader(bytes, number: number, logID: log) else { return }
        try promise(header.bytes == Array(bytes[..<SegmentHeader.length]), "a header is written otherwise")
        try promise(SegmentGeometry(size: Int(clamping: header.size)) != nil, "a size that no segment has")
    }

    // MARK: Records

    private func record(_ input: [UInt8]) throws {
        guard let item = try? CBOR.decode(input) else { return }
        try promise(item.encoded() == input, "two encodings of one value")
        try same(try? ActRecord(item), encode: { $0.encoded() }, read: { try? ActRecord($0) })
        try same(try? AdmitRecord(item), encode: { $0.encoded() }, read: { try? AdmitRecord($0) })
        try same(try? HopRecord(item), encode: { $0.encoded() }, read: { try? HopRecord($0) })
        try same(try? RefusedRecord(item), encode: { $0.encoded() }, read: { try? RefusedRecord($0) })
        try same(try? ShownRecord(item), encode: { $0.encoded() }, read: { try? ShownRecord($0) })
        for type in [RecordType.complete, .abort, .cutAbort] {
            let outcome = try? OutcomeRecord(item, type: type)
            try same(outcome, encode: { $0.encoded(returned: 7) }, read: { try? OutcomeRecord($0, type: type) })
        }
        try same(try? CutEvent(cbor: item), encode: { $0.encoded }, read: { try? CutEvent(cbor: $0) })
        let decision = try? DecisionRecord(encoded: input)
        try same(decision, encode: { $0.encoded }, read: { try? DecisionRecord(encoded: $0.encoded()) })
        // Written by the ledger without this type: only reading it must hold.
        if let chunk = try? ChunkRecord(item) {
            try promise(item["returned"]?.asBytes == chunk.returned, "a chunk returned other bytes")
        }
    }

    private func same<Record: Equatable>(
        _ record: Record?, encode: (Record) -> [UInt8], read: (CBOR) -> Record?
    ) throws {
        guard let record else { return }
        guard let item = try? CBOR.decode(encode(record)), let again = read(item) else {
            throw BrokenPromise(description: "a record that was read is refused when written again")
        }
        try promise(again == record, "a record changed when it was written and read again")
    }
}
