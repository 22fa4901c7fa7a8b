// Proves the layouts of docs/formats byte by byte: offsets and values written out by hand, and a refusal for each way
// in which a frame can be wrong.
import Bytes
import Crypto
import LedgerTestKit
import MerkleLog
import Testing
import Vocabulary

@testable import Ledger

struct FormatTests {
    private static let logID = LogIdentity.id(ofOrigin: "example.com/log")
    private static var key: BlockKey {
        BlockKey(id: 0x0000_0002_0000_0005, key: SecretBytes([UInt8](repeating: 9, count: 32)))
    }

    private static func leaf(_ length: Int, flags: FrameFlags = .sealed) -> Leaf {
        Leaf(
            type: .chunk, flags: flags, retention: RetentionClass(rawValue: 3), compartment: .content, part: 1,
            plaintextLength: length, index: 0x0102_0304_0506_0708,
            now: LedgerTime(wall: Instant(nanoseconds: -2), monotonic: 0x1112_1314_1516_1718),
            lease: Lease(epoch: 0x21, id: 0x22, until: 0x23), first: 0x0102_0304_0506_0700,
            previous: 0x0102_0304_0506_0707, keyID: key.id, logID: logID)
    }

    private static func frame(_ plaintext: [UInt8], flags: FrameFlags = .sealed) throws -> (
        bytes: [UInt8], hash: Digest
    ) {
        var sealer = FrameSealer(bootID: try #require(Opaque128((0..<16).map { UInt8($0) })))
        var bytes: [UInt8] = []
        var leaves: [UInt8] = []
        let previous = try #require(Digest([UInt8](repeating: 0xEE, count: 32)))
        let leaf = leaf(plaintext.count, flags: flags)
        let hash = try plaintext.span.bytes.withUnsafeBytes { buffer throws(CryptoError) in
            try sealer.append(
                buffer, leaf: leaf, key: key, salt: 0x5A5A_5A5A_0000_0001, batchStart: 0x0102_0304_0506_0700,
                previous: previous, to: &bytes, leaves: &leaves)
        }
        #expect(leaves == Array(bytes[88..<256]))
        return (bytes, hash)
    }

    @Test func frameLayout() throws {
        let plaintext = Array("twenty-one characters".utf8)
        let (bytes, hash) = try Self.frame(plaintext)
        #expect(bytes.count == 304 && plaintext.count == 21)
        #expect(
            Hex.encode(Array(bytes[..<88]))
                == "50434c46" + "01" + "04" + "0002" + "00000130" + "00a8" + "0000" + "00000025" + "00000000"
                + "000102030405060708090a0b0c0d0e0f" + "5a5a5a5a00000001" + "0102030405060700"
                + String(repeating: "ee", count: 32))
        #expect(
            Hex.encode(Array(bytes[88..<192]))
                == "01" + "04" + "0002" + "03" + "01" + "0001" + "00000001" + "00000015" + "0102030405060708"
                + "fffffffffffffffe" + "1112131415161718" + "0000000000000021" + "0000000000000022"
                + "0000000000000023" + "0102030405060700" + "0102030405060707" + "0000000200000005"
                + Hex.encode(Self.logID.bytes))
        let salt = HMAC.code(
            key: Self.key.key,
            Array("portcullis.salt.1".utf8) + Self.logID.bytes + [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(Array(bytes[192..<224]) == SHA256.digest(salt.bytes + plaintext).bytes)
        #expect(Array(bytes[224..<256]) == SHA256.digest(Array(bytes[256..<293])).bytes)
        #expect(hash == MerkleHasher().leaf(Array(bytes[88..<256])))
        let cipher = AES256GCM()
        let associated = Array("portcullis.frame.1".utf8) + bytes[24..<40] + bytes[88..<224]
        let opened = try bytes[256..<293].withUnsafeBytes {
            try cipher.open(
                $0, key: Self.key.key, nonce: [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], authenticating: associated)
        }
        #expect(opened == plaintext)
        #expect(bytes[293..<300].allSatisfy { $0 == 0 })
        var checksum: [UInt8] = []
        checksum.append(bigEndian: CRC32C.of(Array(bytes[..<300])))
        #expect(Array(bytes[300...]) == checksum)
    }

    private static func parse(_ bytes: [UInt8], salt: UInt64 = 0x5A5A_5A5A_0000_0001) -> FrameProblem? {
        bytes.withUnsafeBytes {
            if case .problem(let problem) = Frame.parse($0, salt: salt, logID: logID) { problem } else { nil }
        }
    }

    @Test(arguments: [0, 1, 7, 8, 21, 4096, Frame.maximumPlaintext])
    func everyLengthParses(length: Int) throws {
        let plaintext = [UInt8](repeating: 0x61, count: length)
        let (bytes, _) = try Self.frame(plaintext)
        #expect(bytes.count == Frame.length(plaintext: length))
        #expect(bytes.count <= Frame.maximumLength && bytes.count.isMultiple(of: 8))
        #expect(Frame.plaintext(room: bytes.count) >= length && Frame.plaintext(room: bytes.count - 8) < length)
        bytes.withUnsafeBytes { buffer in
            guard case .frame(let frame) = Frame.parse(buffer, salt: 0x5A5A_5A5A_0000_0001, logID: Self.logID) else {
                Issue.record("not parsed")
                return
            }
            var expected = Self.leaf(length)
            expected.commitment = frame.leaf.commitment
            expected.bodyDigest = frame.leaf.bodyDigest
            #expect(frame.leaf == expected)
            let opener = FrameOpener()
            let isWhole = opener.isWhole(frame, buffer)
            let opened = try? opener.open(frame, buffer, key: Self.key)
            #expect(isWhole && opened == plaintext)
        }
    }

    @Test func everyFlippedBitIsSeen() throws {
        let (bytes, _) = try Self.frame(Array("x".utf8))
        #expect(Self.parse(bytes) == nil)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Self.parse(damaged) != nil, "bit \(bit)")
        }
    }

    /// With a good checksum over wrong fields, as a forger writes it.
    @Test func contradictionsAreSeen() throws {
        let (good, _) = try Self.frame(Array("abc".utf8))
        func problem(_ change: (inout [UInt8]) -> Void) -> FrameProblem? {
            var bytes = good
            change(&bytes)
            bytes.replace(at: bytes.count - 4, bigEndian: CRC32C.of(Array(bytes.dropLast(4))))
            return Self.parse(bytes)
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0[0] = 0x51 } == .noMagic)
        #expect(problem { $0[4] = 2 } == .unknownVersion)
        #expect(problem { $0[5] = 3 } == .inconsistent)
        #expect(problem { $0[7] = 3 } == .inconsistent)
        #expect(problem { $0[11] -= 8 } == .badLength)
        #expect(problem { $0[13] = 0xA7 } == .badLength)
        #expect(problem { $0[15] = 1 } == .inconsistent)
        #expect(problem { $0[19] += 1 } == .inconsistent)
        #expect(problem { $0[23] = 1 } == .inconsistent)
        #expect(problem { $0[47] = 2 } == .otherSalt)
        #expect(problem { $0[48] = 9 } == .inconsistent)
        #expect(problem { $0[88] = 2 } == .unknownVersion)
        #expect(problem { $0[90] = 0x80 } == .unknownVersion)
        #expect(problem { $0[103] += 1 } == .inconsistent)
        #expect(problem { $0[180] ^= 1 } == .otherLog)
        #expect(problem { $0[275] = 1 } == .inconsistent)
        #expect(Self.parse(good, salt: 1) == .otherSalt)
        #expect(Self.parse([UInt8](repeating: 0, count: 400)) == .zeros)
        #expect(Self.parse([UInt8](repeating: 0, count: 20)) == .zeros)
        #expect(Self.parse(Array(good.dropLast(8))) == .badLength)
        #expect(Self.parse([]) == .zeros)
    }

    @Test func randomBytesNeverTrap() {
        var random = SeededRandom(4)
        for _ in 0..<20_000 {
            var bytes = random.bytes(random.below(600))
            if random.below(2) == 0, bytes.count > 24 {
                bytes.replaceSubrange(0..<5, with: [0x50, 0x43, 0x4C, 0x46, 1])
                if random.below(2) == 0 {
                    bytes.replaceSubrange(8..<14, with: [0, 0, UInt8(random.below(3)), 24, 0, 0xA8])
                }
            }
            #expect(Self.parse(bytes) != nil)
        }
    }

    @Test func segmentHeaderLayout() throws {
        let header = SegmentHeader(number: 7, salt: 0x0102_0304_0506_0708, logID: Self.logID, size: 65_536)
        let bytes = header.bytes
        #expect(
            Hex.encode(Array(bytes[..<60]))
                == "50434c534547310a" + "0001" + "000000000000" + "0000000000000007" + "0102030405060708"
                + Hex.encode(Self.logID.bytes) + "0000000000010000" + "00000000")
        #expect(SegmentHeader(bytes, number: 7, logID: Self.logID) == header)
        #expect(SegmentHeader(bytes, number: 8, logID: Self.logID) == nil)
        #expect(SegmentHeader(bytes, number: 7, logID: .zero) == nil)
        #expect(SegmentHeader(Array(bytes.dropLast()), number: 7, logID: Self.logID) == nil)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(SegmentHeader(damaged, number: 7, logID: Self.logID) == nil)
        }
    }

    @Test func keyFileLayout() throws {
        let month = try #require(BucketMonth(year: 2026, month: 6))
        let wrapped = [UInt8](repeating: 0xAB, count: 40)
        let header = KeyFile.Header(
            number: 5, logID: Self.logID, month: month, compartment: .decision, retention: .unclassed,
            masterID: 0x1122_3344_5566_7788, wrappedBucketKey: wrapped)
        #expect(
            Hex.encode(Array(header.bytes[..<92]))
                == "50434c4b4559310a" + "0001" + "0001" + "00000005" + Hex.encode(Self.logID.bytes) + "07ea" + "06"
                + "02" + "00" + "000000" + "1122334455667788" + String(repeating: "ab", count: 40) + "00000000")
        #expect(header.bytes.count == 96)
        #expect(KeyFile.Header(header.bytes) == header)
        for bit in 0..<96 * 8 {
            var damaged = header.bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(KeyFile.Header(damaged) == nil)
        }
        let entry = KeyFile.entry(id: KeyFile.id(file: 5, slot: 2), wrapped: wrapped)
        #expect(Hex.encode(Array(entry[..<52])) == "0000000500000002" + String(repeating: "ab", count: 40) + "00000000")
        #expect(KeyFile.wrappedKey(entry, id: 0x0000_0005_0000_0002) == wrapped)
        #expect(KeyFile.wrappedKey(entry, id: 0x0000_0005_0000_0003) == nil)
        #expect(KeyFile.offset(ofSlot: 2) == 96 + 112)
        #expect(KeyFile.path(5) == "keys/00000005")
    }

    @Test func names() throws {
        #expect(LogPath.segment(12) == "seg/000000000012")
        #expect(LogPath.segmentNumber(ofName: "000000000012") == 12)
        #expect(LogPath.segmentNumber(ofName: "12") == nil)
        #expect(LogPath.segmentNumber(ofName: "00000000001x") == nil)
        #expect(KeyFile.number(ofName: "99999999") == 99_999_999)
        #expect(PublishedCheckpoints.isDay("2026-06-18") && !PublishedCheckpoints.isDay("2026-02-30"))
        #expect(!PublishedCheckpoints.isDay(".new"))
        let identity = TestLog.identity
        #expect(identity.folder == "ledger/gw1/hk-2026")
        #expect(identity.id.bytes == Array(SHA256.digest(Array(identity.origin.utf8)).bytes[..<16]))
        #expect(identity.reference(to: 4711).description.hasPrefix("D-gw1-hk-2026-4K7-"))
    }

    @Test(arguments: [
        ("GW1", "hk", 2026, "a.example/l"), ("gw1", "", 2026, "a.example/l"), ("gw1", "hk", 26, "a.example/l"),
        ("gw1", "hk", 2026, ""), ("gw1", "hk", 2026, "a b"), ("gw1", "hk", 2026, "a+b"), ("gw1", "hk", 2026, "ä"),
        ("gw1", "hk", 2026, String(repeating: "a", count: 256)), ("gw-1", "hk", 2026, "a"),
    ])
    func badIdentities(node: String, custody: String, year: Int, origin: String) {
        guard let node = NodeID(node), let custody = CustodyID(custody) else { return }
        #expect(throws: LedgerError.self) { try LogIdentity(node: node, custody: custody, year: year, origin: origin) }
    }

    @Test func publishedEntries() throws {
        let time = try #require(Instant("2026-06-18T04:05:06.123Z"))
        let note = Array("note\n".utf8)
        let entry = PublishedCheckpoints.entry(note, at: time)
        let check = CRC32C.of(Array("2026-06-18T04:05:06.123Z 5\nnote\n".utf8))
        var bytes: [UInt8] = []
        bytes.append(bigEndian: check)
        #expect(String(decoding: entry, as: UTF8.self) == "2026-06-18T04:05:06.123Z 5 \(Hex.encode(bytes))\nnote\n")
        let two = entry + entry
        let second = try #require(PublishedCheckpoints.entry(in: two, at: entry.count))
        #expect(second.note == note && second.time == time && second.range == entry.count..<two.count)
        for length in 0..<entry.count { #expect(PublishedCheckpoints.entry(in: Array(entry[..<length]), at: 0) == nil) }
        for bit in 0..<entry.count * 8 {
            var damaged = entry
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(PublishedCheckpoints.entry(in: damaged, at: 0) == nil, "bit \(bit)")
        }
    }
}
