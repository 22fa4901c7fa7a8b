// Proves that a document is read through its cursors as it stands, that paths name the place, and that what is written
// reads back.
import Testing

@testable import JSON

struct DocumentTests {
    private let text = """
        {"model": "gpt-5", "n": 3, "big": 9223372036854775808, "x": 1.0, "on": true, "off": false, "none": null,
         "messages": [{"role": "user", "content": [{"type": "text", "text": "a\\u4e2d\\n\\"\\ud83d\\ude00"}]}, {}]}
        """

    @Test func values() throws {
        let root = try scan(text).root
        #expect(root["model"]?.string == "gpt-5")
        #expect(root["model"]?.reads(as: "gpt-5") == true)
        #expect(root["model"]?.reads(as: "gpt-") == false)
        #expect(root["n"]?.integer == 3)
        #expect(root["big"]?.integer == nil)
        #expect(root["x"]?.integer == nil)
        #expect(root["on"]?.boolean == true)
        #expect(root["off"]?.boolean == false)
        #expect(root["none"]?.isNull == true)
        #expect(root["missing"] == nil)
        #expect(root["model"]?["model"] == nil)
        #expect(root["model"]?.integer == nil)
        #expect(root["n"]?.string == nil)
        let content = root["messages"]?.elements.first { _ in true }?["content"]?.elements.first { _ in true }
        #expect(content?["text"]?.string == "a中\n\"😀")
        #expect(root.members.map { $0.key.string } == ["model", "n", "big", "x", "on", "off", "none", "messages"])
        #expect(root["messages"]?.elements.map(\.kind) == [.object, .object])
        #expect(Array(root.elements).isEmpty)
    }

    @Test func aKeyIsFoundInAnySpelling() throws {
        let root = try scan("{\"mod\\u0065l\":\"g\\u0070t\",\"\":7}").root
        #expect(root["model"]?.reads(as: "gpt") == true)
        #expect(root[""]?.integer == 7)
        #expect(root["mod\\u0065l"] == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("1e3", nil),
            ("9223372036854775808", nil), ("1.5", nil),
        ] as [(String, Int64?)])
    func integers(text: String, value: Int64?) throws {
        #expect(try scan(text).root.integer == value)
    }

    @Test func paths() throws {
        let document = try scan(text)
        let paths = document.nodes.indices.map { document.path(of: $0) }
        #expect(paths[0] == "")
        #expect(paths.contains("model"))
        #expect(paths.contains("messages[0].content[0].text"))
        #expect(paths.last == "messages[1]")
    }

    @Test(arguments: ["{\"a b\":1}", "{\"41111\":1}", "{\"\":1}", "{\"中\":1}", "{\"x\\u0031\":1}"])
    func aPathRepeatsNoContent(text: String) throws {
        #expect(try scan(text).path(of: 2) == "[member 1]")
    }

    @Test func aPathShowsAKeyUpToItsLimits() throws {
        let longest = String(repeating: "k", count: 48)
        #expect(try scan("{\"\(longest)\":1}").path(of: 2) == longest)
        #expect(try scan("{\"k\(longest)\":1}").path(of: 2) == "[member 1]")
        #expect(try scan("{\"a1b2c3d4\":1}").path(of: 2) == "a1b2c3d4")
        #expect(try scan("{\"a1b2c3d45\":1}").path(of: 2) == "[member 1]")
    }

    @Test func theNodeAtAnOffset() throws {
        let document = try scan("{\"ab\":[10,\"cd\"],\"e\":{}}")
        let kinds = document.bytes.indices.map { document.nodes[document.node(at: $0)].kind }
        #expect(kinds[0] == .object)
        #expect(kinds[2] == .key)
        #expect(kinds[7] == .number)
        #expect(kinds[11] == .string)
        #expect(kinds[15] == .object)
        #expect(document.path(of: document.node(at: 12)) == "ab[1]")
    }

    @Test func writing() throws {
        var writer = JSONWriter()
        writer.object { object in
            object.member("text", "a\"b\\c\n\t\r\u{1}\u{1F}\u{7F}中😀")
            object.member("count", -12)
            object.member("least", Int64.min)
            object.member("flag", true)
            object.member("none", String?.none)
            object.member(
                "list",
                array: { list in
                    list.integer(1)
                    list.string("x")
                    list.array { _ in }
                    list.object { $0.member("k", "v") }
                    list.raw(Array("{\"raw\":[]}".utf8))
                })
            object.member("empty", object: { _ in })
        }
        let expected =
            #"{"text":"a\"b\\c\n\t\r\u0001\u001f"# + "\u{7F}中😀"
            + #"","count":-12,"least":-9223372036854775808,"flag":true,"none":null,"#
            + #""list":[1,"x",[],{"k":"v"},{"raw":[]}],"empty":{}}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        #expect(try scan(writer.bytes).root["text"]?.string == "a\"b\\c\n\t\r\u{1}\u{1F}\u{7F}中😀")
    }
}
