// Proves the encoding against the examples of RFC 8949 appendix A that the subset allows, byte for byte both ways.
import Bytes
import Testing

@testable import CBOR

struct CBORVectorTests {
    static let vectors: [(String, CBOR)] = [
        ("00", .unsigned(0)), ("01", .unsigned(1)), ("0a", .unsigned(10)), ("17", .unsigned(23)),
        ("1818", .unsigned(24)), ("1819", .unsigned(25)), ("1864", .unsigned(100)), ("1903e8", .unsigned(1000)),
        ("1a000f4240", .unsigned(1_000_000)), ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)),
        ("1bffffffffffffffff", .unsigned(.max)), ("3bffffffffffffffff", .negative(.max)), ("20", .negative(0)),
        ("29", .integer(-10)), ("3863", .integer(-100)), ("3903e7", .integer(-1000)),
        ("3b7fffffffffffffff", .integer(.min)),
        ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null),
        ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])),
        ("60", .text("")), ("6161", .text("a")), ("6449455446", .text("IETF")), ("62225c", .text("\"\\")),
        ("62c3bc", .text("\u{FC}")), ("63e6b0b4", .text("\u{6C34}")), ("64f0908591", .text("\u{10151}")),
        ("80", .array([])), ("83010203", .array([.unsigned(1), .unsigned(2), .unsigned(3)])),
        (
            "8301820203820405",
            .array([.unsigned(1), .array([.unsigned(2), .unsigned(3)]), .array([.unsigned(4), .unsigned(5)])])
        ),
        ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", .array((1...25).map { .unsigned($0) })),
        ("a0", .map([])),
        ("a26161016162820203", .map([("a", .unsigned(1)), ("b", .array([.unsigned(2), .unsigned(3)]))])),
        ("826161a161626163", .array([.text("a"), .map([("b", .text("c"))])])),
        (
            "a56161614161626142616361436164614461656145",
            .map(["a", "b", "c", "d", "e"].map { ($0, .text($0.uppercased())) })
        ),
    ]

    @Test(arguments: vectors.indices)
    func bothWays(index: Int) throws {
        let (hexadecimal, item) = Self.vectors[index]
        #expect(Hex.encode(item.encoded()) == hexadecimal)
        let bytes = try #require(Hex.decode(hexadecimal))
        #expect(try CBOR.decode(bytes) == item)
    }

    /// RFC 8949 section 4.2.1 point 3: by the bytes of the encoded key, so a short key stands before a long one.
    @Test func keysAreSortedByTheirEncoding() throws {
        let long = String(repeating: "a", count: 24)
        let item = CBOR.map([(long, .null), ("b", .null), ("aa", .null), ("", .null), ("a", .null)])
        #expect(Hex.encode(item.encoded()).hasPrefix("a560f66161f66162f6626161f67818"))
        #expect(try CBOR.decode(item.encoded()) == item)
    }
}
