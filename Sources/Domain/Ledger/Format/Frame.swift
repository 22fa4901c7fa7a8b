internal import Bytes
package import Crypto

/// One frame of a segment, as it stands on disk. docs/formats/ledger.md, "Frame", has the layout.
package struct Frame: Sendable {
    package static let magic: UInt32 = 0x5043_4C46
    static let version: UInt8 = 1
    /// LIMIT: a longer record goes on in further frames.
    package static let maximumLength = 262_144
    static let prefixLength = 88
    static let bodyOffset = prefixLength + Leaf.length
    static let checksumLength = 4
    static let alignment = 8
    /// LIMIT: plaintext of one frame.
    package static let maximumPlaintext = maximumLength - bodyOffset - AES256GCM.tagLength - alignment

    package var leaf: Leaf
    package var length: Int
    package var bodyLength: Int
    package var bootID: Opaque128
    package var salt: UInt64
    package var batchStart: UInt64
    package var previousLeafHash: Digest

    /// Length of the frame around a plaintext.
    static func length(plaintext: Int) -> Int {
        (bodyOffset + plaintext + AES256GCM.tagLength + checksumLength + alignment - 1) / alignment * alignment
    }

    /// The longest plaintext whose frame fits into `room` bytes; negative if none does.
    static func plaintext(room: Int) -> Int {
        min(room / alignment * alignment - bodyOffset - AES256GCM.tagLength - checksumLength, maximumPlaintext)
    }

    var leafRange: Range<Int> { Frame.prefixLength..<Frame.bodyOffset }
    package var bodyRange: Range<Int> { Frame.bodyOffset..<Frame.bodyOffset + bodyLength }
}

extension Frame {
    enum Parsed {
        case frame(Frame)
        case problem(FrameProblem)
    }

    /// Reads the frame at the start of `bytes`, which reach to the end of the segment or hold at least
    /// `maximumLength` bytes. Total: any bytes give an answer.
    static func parse(_ bytes: UnsafeRawBufferPointer, salt: UInt64, logID: Opaque128) -> Parsed {
        guard bytes.count >= bodyOffset + checksumLength else {
            return .problem(bytes.allSatisfy { $0 == 0 } ? .zeros : .badLength)
        }
        let magic: UInt32 = bytes.load(bigEndianAt: 0)
        guard magic == Frame.magic else { return .problem(magic == 0 ? .zeros : .noMagic) }
        guard bytes[4] == version else { return .problem(.unknownVersion) }
        let length = Int(bytes.load(bigEndianAt: 8, as: UInt32.self))
        let bodyLength = Int(bytes.load(bigEndianAt: 16, as: UInt32.self))
        guard length <= min(maximumLength, bytes.count), length.isMultiple(of: alignment),
            bytes.load(bigEndianAt: 12, as: UInt16.self) == UInt16(Leaf.length),
            bodyLength >= AES256GCM.tagLength, Frame.length(plaintext: bodyLength - AES256GCM.tagLength) == length
        else { return .problem(.badLength) }
        var checksum = CRC32C()
        checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<(length - checksumLength)]))
        guard checksum.value == bytes.load(bigEndianAt: length - checksumLength) else { return .problem(.badChecksum) }
        let leafBytes = UnsafeRawBufferPointer(rebasing: bytes[prefixLength..<bodyOffset])
        guard let leaf = Leaf(leafBytes) else { return .problem(.unknownVersion) }
        let frame = Frame(
            leaf: leaf, length: length, bodyLength: bodyLength, bootID: Opaque128(loadingFrom: bytes, at: 24),
            salt: bytes.load(bigEndianAt: 40), batchStart: bytes.load(bigEndianAt: 48),
            previousLeafHash: Leaf.digest(in: bytes, at: 56))
        guard frame.salt == salt else { return .problem(.otherSalt) }
        guard leaf.logID == logID else { return .problem(.otherLog) }
        guard bytes[5] == leaf.type.rawValue, bytes.load(bigEndianAt: 6) == leaf.flags.rawValue,
            bytes.load(bigEndianAt: 14, as: UInt16.self) == 0, bytes.load(bigEndianAt: 20, as: UInt32.self) == 0,
            Int(leaf.plaintextLength) + AES256GCM.tagLength == bodyLength, frame.batchStart <= leaf.index,
            bytes[(bodyOffset + bodyLength)..<(length - checksumLength)].allSatisfy({ $0 == 0 })
        else { return .problem(.inconsistent) }
        return .frame(frame)
    }
}
