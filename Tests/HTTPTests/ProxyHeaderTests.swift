// Proves that the PROXY protocol's version 2 is read as its specification has it (section 2.2), and that nothing else
// is taken for it.
import HTTP
import Testing

struct ProxyHeaderTests {
    static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]

    static func header(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 255)] + rest
    }

    static let v4: [UInt8] = [192, 0, 2, 7, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB]
    static let v6 = [UInt8](repeating: 0x20, count: 16) + [UInt8](repeating: 1, count: 16) + [0, 80, 1, 0xBB]

    private func parse(_ bytes: [UInt8]) throws -> ProxyHeader {
        try bytes.withUnsafeBytes { try ProxyHeader.parse($0) }
    }

    @Test func addressesAreRead() throws {
        let four = try #require(try parse(Self.header(0x21, 0x11, Self.v4)).source)
        #expect(four.address == [192, 0, 2, 7] && four.port == 0xDC04)
        let six = try #require(try parse(Self.header(0x21, 0x21, Self.v6)).source)
        #expect(six.address == [UInt8](repeating: 0x20, count: 16) && six.port == 80)
    }

    @Test(arguments: [
        header(0x20, 0x00, []), header(0x20, 0x11, v4), header(0x20, 0x00, [9, 9, 9]), header(0x21, 0x00, []),
        header(0x21, 0x00, [0x04, 0, 1, 7]),
    ])
    func thePeerSpeaksForItself(bytes: [UInt8]) throws { #expect(try parse(bytes).source == nil) }

    @Test func valuesArePassedOver() throws {
        let values: [UInt8] = [0x04, 0, 0, 0x02, 0, 3, 1, 2, 3, 0xE0, 0, 1, 9]
        #expect(try parse(Self.header(0x21, 0x11, Self.v4 + values)).source?.port == 0xDC04)
    }

    /// The checksum of these bytes was computed with Python's crc32c over RFC 3720's polynomial.
    @Test func theChecksumIsVerified() throws {
        var bytes = Self.header(0x21, 0x11, Self.v4 + [0x03, 0, 4, 0, 0, 0, 0])
        let sum = Self.crc32c(bytes)
        for index in 0..<4 { bytes[bytes.count - 4 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index)) }
        #expect(try parse(bytes).source?.address == [192, 0, 2, 7])
        for index in 16..<28 {
            var broken = bytes
            broken[index] ^= 1
            #expect(throws: ProxyHeader.Fault.badChecksum) { try parse(broken) }
        }
    }

    /// Bit by bit (RFC 3720 appendix B.4), so that it shares nothing with the code under test.
    static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
        }
        return ~crc
    }

    @Test(
        arguments: [
            (Array("GET / HTTP/1.1\r\n\r\n".utf8), .notProxy), (Array("PROXY TCP4 192.0.2.7 1\r\n".utf8), .version1),
            (header(0x11, 0x11, v4), .badVersion), (header(0x22, 0x11, v4), .badCommand),
            (header(0x21, 0x41, v4), .badFamily), (header(0x21, 0x13, v4), .badFamily),
            (header(0x21, 0x10, v4), .badFamily),
            (header(0x21, 0x01, v4), .badFamily), (header(0x21, 0x12, v4), .notStream),
            (header(0x21, 0x31, [UInt8](repeating: 0, count: 216)), .notStream),
            (header(0x21, 0x11, Array(v4.dropLast())), .tooShort), (header(0x21, 0x21, v4), .tooShort),
            (header(0x21, 0x11, v4) + [1], .tooShort), (Array(header(0x21, 0x11, v4).dropLast()), .tooShort),
            (header(0x21, 0x11, v4 + [4]), .badTypeLengthValue),
            (header(0x21, 0x11, v4 + [4, 0]), .badTypeLengthValue),
            (header(0x21, 0x11, v4 + [4, 0, 2, 1]), .badTypeLengthValue),
            (header(0x21, 0x11, v4 + [4, 255, 255, 1]), .badTypeLengthValue),
            (header(0x21, 0x11, v4 + [3, 0, 3, 1, 2, 3]), .badTypeLengthValue),
            (header(0x21, 0x11, v4 + [3, 0, 4, 1, 2, 3, 4]), .badChecksum),
            (header(0x21, 0x11, [UInt8](repeating: 0, count: 2_049)), .tooLong),
        ] as [([UInt8], ProxyHeader.Fault)])
    func anythingElseIsRefused(bytes: [UInt8], fault: ProxyHeader.Fault) {
        #expect(throws: fault) { try parse(bytes) }
    }

    @Test func theLengthIsKnownAfterSixteenBytes() throws {
        let bytes = Self.header(0x21, 0x11, Self.v4)
        for count in 0..<16 { #expect(try bytes[..<count].withUnsafeBytes { try ProxyHeader.length(of: $0) } == nil) }
        #expect(try bytes[..<16].withUnsafeBytes { try ProxyHeader.length(of: $0) } == 28)
        // The longest that is allowed, and the first byte that cannot belong to a header.
        let longest = Self.header(0x21, 0x11, [UInt8](repeating: 0, count: 2_048))
        #expect(try longest[..<16].withUnsafeBytes { try ProxyHeader.length(of: $0) } == ProxyHeader.longest)
        for count in 1...12 {
            var wrong = Array(bytes[..<count])
            wrong[count - 1] ^= 0x80
            #expect(throws: ProxyHeader.Fault.notProxy) { try wrong.withUnsafeBytes { try ProxyHeader.length(of: $0) } }
        }
    }
}
