// Proves the text encodings against the vectors of RFC 4648 section 10 and RFC 3720 B.4, and that decoding is strict.
import Testing

@testable import Bytes

struct EncodingTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64Vectors(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg=", "Zg", "Zh==", "Z===", "Zm9v\n", "Zm 9", "===="])
    func base64RefusesOtherSpellings(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func base64URL() {
        #expect(Base64.encodeURL([0xFB, 0xFF]) == "-_8")
        #expect(Base64.decodeURL("-_8") == [0xFB, 0xFF])
        #expect(Base64.decodeURL("-_8=") == nil)
    }

    @Test func hexadecimal() {
        #expect(Hex.encode([0, 0x9F, 0xFF]) == "009fff")
        #expect(Hex.decode("009FfF") == [0, 0x9F, 0xFF])
        #expect(Hex.decode("0") == nil)
        #expect(Hex.decode("0g") == nil)
    }

    @Test func base32ReadsWhatPeopleType() {
        #expect(Base32.encode(0) == "0")
        #expect(Base32.encode(4711) == "4K7")
        #expect(Base32.decode("4k7") == 4711)
        #expect(Base32.decode("O1lI") == Base32.decode("0111"))
        #expect(Base32.decode("U") == nil)
        #expect(Base32.decode("") == nil)
        #expect(Base32.decode("FZZZZZZZZZZZZ") == UInt64.max)
        #expect(Base32.decode("G000000000000") == nil)
    }

    @Test func crc32cVectors() {
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    }
}
