// Proves that the decoder accepts the deterministic form only: one refusal for each way to write something else.
import Bytes
import Testing

@testable import CBOR

struct CBORStrictnessTests {
    @Test(arguments: [
        ("", CBORError.truncated(offset: 0)),
        ("18", .truncated(offset: 0)), ("1a0000", .truncated(offset: 0)), ("4401", .truncated(offset: 0)),
        ("8201", .truncated(offset: 0)), ("a16161", .truncated(offset: 3)), ("a2616101", .truncated(offset: 0)),
        ("9bffffffffffffffff", .truncated(offset: 0)), ("bbffffffffffffffff", .truncated(offset: 0)),
        ("5bffffffffffffffff", .truncated(offset: 0)), ("9a00010000", .truncated(offset: 0)),
        ("1817", .notShortest(offset: 0)), ("190017", .notShortest(offset: 0)), ("1900ff", .notShortest(offset: 0)),
        ("1a0000ffff", .notShortest(offset: 0)), ("1b00000000ffffffff", .notShortest(offset: 0)),
        ("3817", .notShortest(offset: 0)), ("580100", .notShortest(offset: 0)), ("78016f", .notShortest(offset: 0)),
        ("980101", .notShortest(offset: 0)), ("b801616101", .notShortest(offset: 0)),
        ("5f4101ff", .indefiniteLength(offset: 0)), ("7f6161ff", .indefiniteLength(offset: 0)),
        ("9f01ff", .indefiniteLength(offset: 0)), ("bf616101ff", .indefiniteLength(offset: 0)),
        ("1f", .unsupportedSimple(offset: 0)), ("1c", .unsupportedSimple(offset: 0)),
        ("c000", .tag(offset: 0)), ("81c100", .tag(offset: 1)),
        ("f7", .unsupportedSimple(offset: 0)), ("f0", .unsupportedSimple(offset: 0)),
        ("f814", .unsupportedSimple(offset: 0)), ("f93c00", .unsupportedSimple(offset: 0)),
        ("fa3f800000", .unsupportedSimple(offset: 0)), ("fb3ff0000000000000", .unsupportedSimple(offset: 0)),
        ("ff", .unsupportedSimple(offset: 0)),
        ("61ff", .invalidUTF8(offset: 0)), ("63eda080", .invalidUTF8(offset: 0)), ("62c080", .invalidUTF8(offset: 0)),
        ("a10102", .keyNotText(offset: 1)), ("a1410102", .keyNotText(offset: 1)),
        ("a2616201616102", .keysNotSorted(offset: 4)), ("a262616101616202", .keysNotSorted(offset: 5)),
        ("a2616101616102", .duplicateKey(offset: 4)),
        ("0000", .trailingBytes(offset: 1)), ("a0f6", .trailingBytes(offset: 1)),
    ])
    func refused(hexadecimal: String, error: CBORError) throws {
        let bytes = try #require(Hex.decode(hexadecimal))
        #expect(throws: error) { try CBOR.decode(bytes) }
    }

    @Test func depthLimit() throws {
        let limit = CBOR.maximumDepth
        let nested = [UInt8](repeating: 0x81, count: limit - 1) + [0x00]
        #expect(try CBOR.decode(nested).encoded() == nested)
        #expect(throws: CBORError.tooDeep(offset: limit)) { try CBOR.decode([0x81] + nested) }
    }

    /// Two spellings of one letter are two keys and two values, though `String` calls them equal.
    @Test func textsAreBytes() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        #expect(composed == decomposed)
        #expect(CBOR.text(composed) != CBOR.text(decomposed))
        let both = CBOR.map([(composed, .null), (decomposed, .null)])
        #expect(try CBOR.decode(both.encoded()) == both)
    }
}
