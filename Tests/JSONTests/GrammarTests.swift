// Proves that exactly the documents of RFC 8259, less those that two readers could read differently, are accepted, and
// that each refusal names its fault and place.
import Testing

@testable import JSON

struct GrammarTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1", "-1", "1.5", "1e3", "1E+3", "1e-3", "-0.0e-0", "\"\"", "\"a\"", "[]",
        "{}", " [ ] ", "\t{\n}\r\n", "[[]]", "[{}]", "{\"a\":[]}", "[1,2,3]", "[1 , 2\t,\n3]", "{\"a\":1,\"b\":2}",
        "{\"\":0}", "{\"a\":{\"a\":{\"a\":0}}}", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\u0000\"]",
        "[\"\\u4e2d\\u6587\"]", "[\"\\ud83d\\ude00\"]", "[\"\\uD83D\\uDE00\"]", "[\"\u{7F}\"]", "[\"\u{2028}\"]",
        "[\"\u{FEFF}\"]", "[\"\u{10FFFF}\"]", "[\"𝄞中文\"]", "{\"a\":null,\"A\":null}", "[9223372036854775807]",
        "[-9223372036854775808]", "[18446744073709551615]", "[1.7976931348623157e308]", "[5e-324]", "[1e-9999]",
        "[123456789012345678901234567890.0]", "[\" \"]", "[\"[\",\"]\",\"{\",\"}\",\",\",\":\"]", "[0,-0,0.0,0e0,0E0]",
        "{\"\\u0061b\":1,\"aB\":2}", "[\"\\\\u0041\"]", "[\"\\\\\\\\\"]", "[\"\\\\\\\"\"]",
    ])
    func accepted(text: String) throws {
        let document = try scan(text)
        #expect(document.root.depth == 0)
    }

    @Test(arguments: [
        ("", JSONError.Fault.empty), (" \n", .empty), ("[", .unclosed), ("{", .unclosed), ("[1", .unclosed),
        ("[1,", .unclosed), ("{\"a\"", .unclosed), ("{\"a\":", .unclosed), ("{\"a\":1", .unclosed),
        ("{\"a\":1,", .unclosed), ("]", .unexpected), ("}", .unexpected), (",", .unexpected), (":", .unexpected),
        ("[1,]", .unexpected), ("[,1]", .unexpected), ("[1,,2]", .unexpected), ("[1 2]", .unexpected),
        ("[1:2]", .unexpected), ("{\"a\":1,}", .unexpected), ("{,}", .unexpected), ("{\"a\" 1}", .unexpected),
        ("{\"a\",1}", .unexpected), ("{\"a\":}", .unexpected), ("{\"a\"::1}", .unexpected), ("{a:1}", .unexpected),
        ("{1:1}", .unexpected), ("{null:1}", .unexpected), ("{'a':1}", .unexpected), ("[}", .unexpected),
        ("{]", .unexpected), ("[{]}", .unexpected), ("{\"a\":[}]", .unexpected), ("[1}", .unexpected),
        ("{\"a\":1]", .unexpected), ("[\"a\"\"b\"]", .unexpected), ("[\"a\" \"b\"]", .unexpected),
        ("[\"a\"1]", .unexpected), ("[] []", .trailingBytes), ("1 2", .trailingBytes), ("{}}", .trailingBytes),
        ("[]]", .trailingBytes), ("null,", .trailingBytes), ("\"a\"x", .trailingBytes), ("[]//", .trailingBytes),
        ("tru", .badLiteral), ("truee", .badLiteral), ("True", .badLiteral), ("nul", .badLiteral),
        ("NaN", .badLiteral), ("Infinity", .badLiteral), ("undefined", .badLiteral), ("'a'", .badLiteral),
        ("/**/1", .badLiteral), ("+1", .badLiteral), (".5", .badLiteral), ("[\u{A0}1]", .badLiteral),
        ("[1\u{0B}]", .badNumber), ("-", .badNumber), ("-Infinity", .badNumber), ("01", .badNumber),
        ("-01", .badNumber), ("00", .badNumber), ("1.", .badNumber), ("1.e1", .badNumber), ("1e", .badNumber),
        ("1e+", .badNumber), ("1.5.5", .badNumber), ("0x10", .badNumber), ("1_000", .badNumber), ("1e5.5", .badNumber),
        ("--1", .badNumber), ("1a", .badNumber), ("１", .badLiteral), ("18446744073709551616", .numberTooLarge),
        ("-9223372036854775809", .numberTooLarge), ("1e309", .numberTooLarge), ("-1e309", .numberTooLarge),
        ("1e99999999999999999999", .numberTooLarge), ("\"", .openString), ("[\"a", .openString),
        ("[\"a\\\"]", .openString), ("\"\\x41\"", .badEscape), ("\"\\a\"", .badEscape), ("\"\\'\"", .badEscape),
        ("\"\\u12\"", .badEscape), ("\"\\u123g\"", .badEscape), ("\"\\U0041\"", .badEscape),
        ("\"\\u 041\"", .badEscape), ("\"\\ud800\"", .loneSurrogate), ("\"\\udc00\"", .loneSurrogate),
        ("\"\\ud800\\u0041\"", .loneSurrogate), ("\"\\udc00\\ud800\"", .loneSurrogate),
        ("\"\\ud800\\ud800\"", .loneSurrogate), ("\"\\ud800x\"", .loneSurrogate), ("\"\\ud800\\n\"", .loneSurrogate),
        ("{\"\\udfff\":1}", .loneSurrogate), ("[\"\t\"]", .controlCharacter), ("[\"\n\"]", .controlCharacter),
        ("[\"\u{0}\"]", .controlCharacter), ("[\"\u{1F}\"]", .controlCharacter), ("\u{FEFF}[]", .byteOrderMark),
    ])
    func refused(text: String, fault: JSONError.Fault) throws {
        let error = try #require(refusal(text))
        #expect(error.fault == fault, "\(error)")
        #expect((0...text.utf8.count).contains(error.offset))
    }

    @Test(
        arguments: [
            [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0x80, 0x22],
            [0x22, 0xE4, 0xB8, 0x22], [0x22, 0xFF, 0x22], [0x5B, 0xFE, 0x5D], [0x22, 0xF0, 0x80, 0x80, 0x80, 0x22],
            [0x22, 0xE0, 0x80, 0x80, 0x22], [0x22, 0xC2, 0x22],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) throws {
        let error = try #require(refusal(bytes))
        #expect(error.fault == .notUTF8)
        #expect(error.offset == 1)
    }

    @Test func otherUnicodeEncodingsAreRefused() {
        #expect(refusal([0x5B, 0x00, 0x5D, 0x00]) != nil)
        #expect(refusal([0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00])?.fault == .notUTF8)
        #expect(refusal([0x00, 0x5B, 0x00, 0x5D]) != nil)
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":2}", 7, "a"), ("{\"model\":1,\"mod\\u0065l\":2}", 11, "[member 2]"),
        ("{\"\\u006d\\u006F\":1,\"mo\":2}", 18, "mo"), ("[{\"x\":0},{\"y\":{\"z\":1,\"b\":2,\"z\":3}}]", 27, "[1].y.z"),
        ("{\"\":1,\"\":2}", 6, "[member 2]"), ("{\"\\ud83d\\ude00\":1,\"😀\":2}", 18, "[member 2]"),
        ("{\"a/b\":1,\"a\\/b\":2}", 9, "[member 2]"),
    ])
    func duplicateKeys(text: String, offset: Int, path: String) throws {
        let error = try #require(refusal(text))
        #expect(error == JSONError(.duplicateKey, offset: offset, path: path))
    }

    @Test(arguments: [13, 100, 5000])
    func duplicateAmongMany(count: Int) throws {
        let members = (0..<count).map { "\"key\($0)\":\($0)" }
        _ = try scan("{" + members.joined(separator: ",") + "}")
        for twice in [0, count / 2, count - 1] {
            let error = refusal("{" + (members + ["\"k\\u0065y\(twice)\":0"]).joined(separator: ",") + "}")
            #expect(error?.fault == .duplicateKey)
            #expect(error?.offset == members.joined(separator: ",").utf8.count + 2)
        }
    }

    @Test(arguments: [
        ("{\"messages\":[{\"role\":\"user\",\"content\":tru}]}", 38, "messages[0].content"),
        ("{\"messages\":[{\"role\":\"user\"},{\"role\":\"\\ud800\"}]}", 38, "messages[1].role"),
        ("[[1,2],[3,04]]", 10, "[1]"), ("{\"a\":{\"b\":[1,2}}", 14, "a.b"), ("{\"a\" 1}", 5, "a"),
        ("{\"4111111111111111\":x}", 20, "[member 1]"), ("{\"hello world\":x}", 15, "[member 1]"),
    ])
    func placeOfAFault(text: String, offset: Int, path: String) throws {
        let error = try #require(refusal(text))
        #expect(error.offset == offset)
        #expect(error.path == path)
    }

    @Test func everyFaultHasItsOwnSentence() {
        #expect(Set(JSONError.Fault.allCases.map(\.sentence)).count == JSONError.Fault.allCases.count)
        #expect(
            JSONError(.badNumber, offset: 3, path: "a[0]").description == "this is not a JSON number (byte 3, in a[0])")
    }
}

extension JSONValue {
    fileprivate var depth: UInt16 { node.depth }
}
