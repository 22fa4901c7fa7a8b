internal import Bytes
internal import Crypto
internal import MerkleLog

/// Turns plaintext into a frame at the end of a buffer. Holds its contexts and buffers, so a frame costs no allocation.
///
/// Cost of a 4 KB record: two SHA-256 passes over it (commitment and digest of what is on disk), one AES-GCM pass, and
/// about 0.7 µs for salt, leaf hash, checksum and fields.
struct FrameSealer: ~Copyable {
    private let hasher = SHA256()
    private let merkle = MerkleHasher()
    private let cipher = AES256GCM()
    private var associated: [UInt8]
    private var nonce = [UInt8](repeating: 0, count: AES256GCM.nonceLength)
    private let bootID: Opaque128

    static let context = Array("portcullis.frame.1".utf8)

    init(bootID: Opaque128) {
        self.bootID = bootID
        associated = FrameSealer.context + bootID.bytes + [UInt8](repeating: 0, count: Leaf.authenticatedLength)
    }

    /// Appends the frame and returns the hash of its leaf, which is also appended to `leaves`.
    /// - Parameter leaf: with both digests still empty.
    mutating func append(
        _ plaintext: UnsafeRawBufferPointer, leaf: Leaf, key: BlockKey, salt: UInt64, batchStart: UInt64,
        previous: Digest, to buffer: inout [UInt8], leaves: inout [UInt8]
    ) throws(CryptoError) -> Digest {
        let start = buffer.count
        let length = Frame.length(plaintext: plaintext.count)
        buffer.append(contentsOf: repeatElement(0, count: Frame.bodyOffset))
        hasher.update(key.salt(logID: leaf.logID, index: leaf.index, with: hasher))
        hasher.update(plaintext)
        let commitment = hasher.finish()
        buffer.withUnsafeMutableBytes { all in
            let frame = UnsafeMutableRawBufferPointer(rebasing: all[start...])
            writePrefix(frame, leaf, length, plaintext.count, salt, batchStart, previous)
            let target = UnsafeMutableRawBufferPointer(rebasing: frame[Frame.prefixLength..<Frame.bodyOffset])
            leaf.store(to: target)
            Leaf.store(commitment, to: target, at: 104)
        }
        prepare(leaf.index, from: buffer, leafAt: start + Frame.prefixLength)
        try cipher.seal(plaintext, key: key.key, nonce: nonce, authenticating: associated, to: &buffer)
        let padding = length - Frame.bodyOffset - plaintext.count - AES256GCM.tagLength
        buffer.append(contentsOf: repeatElement(0, count: padding))
        return buffer.withUnsafeMutableBytes { all in
            let frame = UnsafeMutableRawBufferPointer(rebasing: all[start...])
            return finish(frame, bodyLength: plaintext.count + AES256GCM.tagLength, &leaves)
        }
    }

    private func writePrefix(
        _ frame: UnsafeMutableRawBufferPointer, _ leaf: Leaf, _ length: Int, _ plaintextLength: Int, _ salt: UInt64,
        _ batchStart: UInt64, _ previous: Digest
    ) {
        frame.store(bigEndian: Frame.magic, at: 0)
        frame.store(bigEndian: Frame.version, at: 4)
        frame.store(bigEndian: leaf.type.rawValue, at: 5)
        frame.store(bigEndian: leaf.flags.rawValue, at: 6)
        frame.store(bigEndian: UInt32(length), at: 8)
        frame.store(bigEndian: UInt16(Leaf.length), at: 12)
        frame.store(bigEndian: UInt32(plaintextLength + AES256GCM.tagLength), at: 16)
        bootID.store(to: frame, at: 24)
        frame.store(bigEndian: salt, at: 40)
        frame.store(bigEndian: batchStart, at: 48)
        Leaf.store(previous, to: frame, at: 56)
    }

    /// Nonce and associated data of this frame. The nonce is the index: once per run and key (docs/formats/ledger.md,
    /// "Sealing").
    private mutating func prepare(_ index: UInt64, from buffer: [UInt8], leafAt start: Int) {
        nonce.withUnsafeMutableBytes { $0.store(bigEndian: index, at: 4) }
        let offset = FrameSealer.context.count + Opaque128.length
        associated.withUnsafeMutableBytes { target in
            buffer.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[start..<start + Leaf.authenticatedLength]))
            }
        }
    }

    private func finish(
        _ frame: UnsafeMutableRawBufferPointer, bodyLength: Int, _ leaves: inout [UInt8]
    ) -> Digest {
        let body = UnsafeRawBufferPointer(rebasing: frame[Frame.bodyOffset..<Frame.bodyOffset + bodyLength])
        hasher.update(body)
        let leaf = UnsafeMutableRawBufferPointer(rebasing: frame[Frame.prefixLength..<Frame.bodyOffset])
        Leaf.store(hasher.finish(), to: leaf, at: Leaf.authenticatedLength)
        var checksum = CRC32C()
        checksum.update(UnsafeRawBufferPointer(rebasing: frame[..<(frame.count - Frame.checksumLength)]))
        frame.store(bigEndian: checksum.value, at: frame.count - Frame.checksumLength)
        leaves.append(contentsOf: leaf)
        return merkle.leaf(UnsafeRawBufferPointer(leaf))
    }
}
