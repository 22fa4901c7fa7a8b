internal import Bytes
package import Crypto
package import Vocabulary

/// What the tree is made of: 168 bytes about one frame, without personal data and without content.
/// docs/formats/ledger.md, "Leaf", has the layout.
package struct Leaf: Equatable, Sendable {
    package static let length = 168
    static let version: UInt8 = 1
    /// AES-256-GCM, SHA-256, HMAC-SHA-256, AES-256-KW, Ed25519.
    package static let suite: UInt16 = 1
    /// "There is none": the first record of an exchange has none before it.
    package static let noIndex = UInt64.max
    /// Everything before this offset is authenticated with the sealed body; the digest of the body follows.
    static let authenticatedLength = 136

    package var type: RecordType
    package var flags: FrameFlags
    package var retention: RetentionClass
    /// Raw, because a later version may know more of them.
    package var compartment: UInt8
    package var suite: UInt16
    package var part: UInt32
    package var plaintextLength: UInt32
    package var index: UInt64
    package var wall: Instant
    package var monotonic: UInt64
    package var lease: Lease
    package var first: UInt64
    package var previous: UInt64
    package var keyID: UInt64
    package var logID: Opaque128
    package var commitment: Digest
    package var bodyDigest: Digest

    /// Writes all but the two digests, which are known only while sealing.
    func store(to buffer: UnsafeMutableRawBufferPointer) {
        buffer.store(bigEndian: Leaf.version, at: 0)
        buffer.store(bigEndian: type.rawValue, at: 1)
        buffer.store(bigEndian: flags.rawValue, at: 2)
        buffer.store(bigEndian: retention.rawValue, at: 4)
        buffer.store(bigEndian: compartment, at: 5)
        buffer.store(bigEndian: suite, at: 6)
        buffer.store(bigEndian: part, at: 8)
        buffer.store(bigEndian: plaintextLength, at: 12)
        buffer.store(bigEndian: index, at: 16)
        buffer.store(bigEndian: wall.nanoseconds, at: 24)
        buffer.store(bigEndian: monotonic, at: 32)
        buffer.store(bigEndian: lease.epoch, at: 40)
        buffer.store(bigEndian: lease.id, at: 48)
        buffer.store(bigEndian: lease.until, at: 56)
        buffer.store(bigEndian: first, at: 64)
        buffer.store(bigEndian: previous, at: 72)
        buffer.store(bigEndian: keyID, at: 80)
        logID.store(to: buffer, at: 88)
        Leaf.store(commitment, to: buffer, at: 104)
        Leaf.store(bodyDigest, to: buffer, at: 136)
    }

    static func store(_ digest: Digest, to buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        digest.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + Digest.length]).copyMemory(from: $0)
        }
    }

    static func digest(in buffer: UnsafeRawBufferPointer, at offset: Int) -> Digest {
        Digest { target in
            UnsafeMutableRawBufferPointer(start: target, count: Digest.length)
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + Digest.length]))
        }
    }

    /// Nil for a version or a flag that this program does not know.
    /// - Precondition: the buffer has 168 bytes.
    package init?(_ buffer: UnsafeRawBufferPointer) {
        precondition(buffer.count == Leaf.length)
        let flags = FrameFlags(rawValue: buffer.load(bigEndianAt: 2))
        guard buffer[0] == Leaf.version, flags.isSubset(of: .known) else { return nil }
        type = RecordType(rawValue: buffer[1])
        self.flags = flags
        retention = RetentionClass(rawValue: buffer[4])
        compartment = buffer[5]
        suite = buffer.load(bigEndianAt: 6)
        part = buffer.load(bigEndianAt: 8)
        plaintextLength = buffer.load(bigEndianAt: 12)
        index = buffer.load(bigEndianAt: 16)
        wall = Instant(nanoseconds: buffer.load(bigEndianAt: 24))
        monotonic = buffer.load(bigEndianAt: 32)
        lease = Lease(
            epoch: buffer.load(bigEndianAt: 40), id: buffer.load(bigEndianAt: 48), until: buffer.load(bigEndianAt: 56))
        first = buffer.load(bigEndianAt: 64)
        previous = buffer.load(bigEndianAt: 72)
        keyID = buffer.load(bigEndianAt: 80)
        logID = Opaque128(loadingFrom: buffer, at: 88)
        commitment = Leaf.digest(in: buffer, at: 104)
        bodyDigest = Leaf.digest(in: buffer, at: 136)
    }
}

extension Leaf {
    init(
        type: RecordType, flags: FrameFlags, retention: RetentionClass, compartment: Compartment, part: UInt32,
        plaintextLength: Int, index: UInt64, now: LedgerTime, lease: Lease, first: UInt64, previous: UInt64,
        keyID: UInt64, logID: Opaque128
    ) {
        self.type = type
        self.flags = flags
        self.retention = retention
        self.compartment = compartment.rawValue
        suite = Leaf.suite
        self.part = part
        self.plaintextLength = UInt32(plaintextLength)
        self.index = index
        wall = now.wall
        monotonic = now.monotonic
        self.lease = lease
        self.first = first
        self.previous = previous
        self.keyID = keyID
        self.logID = logID
        commitment = .zero
        bodyDigest = .zero
    }
}
