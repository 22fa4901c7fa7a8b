// Proves each named limit of the scan at the limit and one beyond, and that working memory does not stay large.
import Testing

@testable import JSON

struct LimitTests {
    private func nested(_ open: String, _ close: String, _ depth: Int) -> String {
        String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
    }

    @Test func depth() throws {
        let limit = JSONParser.depthLimit
        _ = try scan(nested("[", "]", limit))
        _ = try scan(nested("{\"a\":", "}", limit))
        _ = try scan(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
        #expect(refusal(nested("[", "]", limit + 1))?.fault == .tooDeep)
        #expect(refusal(nested("[", "]", limit + 1))?.offset == limit)
        #expect(refusal(nested("{\"a\":", "}", limit + 1))?.fault == .tooDeep)
        #expect(refusal(String(repeating: "[", count: 1_000_000))?.fault == .tooDeep)
    }

    @Test func length() throws {
        let limit = JSONParser.lengthLimit
        var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: limit)
        bytes[0] = UInt8(ascii: "\"")
        bytes[limit - 1] = UInt8(ascii: "\"")
        #expect(try scan(bytes).root.contentRange == 1..<limit - 1)
        bytes.append(UInt8(ascii: " "))
        #expect(refusal(bytes) == JSONError(.tooLong, offset: limit))
    }

    @Test func values() throws {
        func array(_ count: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(ascii: ","), count: 2 * count + 1).enumerated().map { index, comma in
                index == 0 ? UInt8(ascii: "[") : index == 2 * count ? UInt8(ascii: "]") : index % 2 == 1 ? 0x30 : comma
            }
        }
        let limit = JSONParser.nodeLimit
        #expect(try scan(array(limit - 1)).nodes.count == limit)
        #expect(refusal(array(limit))?.fault == .tooManyValues)
        #expect(refusal(array(4 * limit))?.fault == .tooManyValues)
    }

    @Test func aParserIsUsedAgainAfterEveryKindOfEnd() throws {
        var parser = JSONParser()
        var nodes: [JSONNode] = []
        for _ in 0..<3 {
            for text in ["[1,2,{\"a\":\"b\"}]", "[", "\"", "", "[1,]", nested("[", "]", 200), "{\"a\":1,\"a\":2}"] {
                // The fault itself is proved elsewhere; here only that it leaves nothing behind.
                try? parser.scan(Array(text.utf8), into: &nodes)
            }
            try parser.scan(Array("[\"kept\"]".utf8), into: &nodes)
            #expect(nodes.map(\.kind) == [.array, .string])
        }
    }

    @Test func steadyStateKeepsItsStorage() throws {
        var parser = JSONParser()
        var nodes: [JSONNode] = []
        let text = Array("{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"model\":\"m\"}".utf8)
        try parser.scan(text, into: &nodes)
        let storage = nodes.withUnsafeBufferPointer { $0.baseAddress }
        for _ in 0..<100 {
            try parser.scan(text, into: &nodes)
            #expect(nodes.withUnsafeBufferPointer { $0.baseAddress } == storage)
        }
    }

    @Test func inputWithAndWithoutPaddingReadsTheSame() throws {
        for length in 0..<200 {
            let text = Array(("[\"" + String(repeating: "中", count: length / 3) + "\"]").utf8)
            var exact: [UInt8] = []
            exact.reserveCapacity(text.count)
            exact.append(contentsOf: text)
            var roomy: [UInt8] = []
            roomy.reserveCapacity(text.count + 4096)
            roomy.append(contentsOf: text)
            #expect(try scan(exact).nodes == scan(roomy).nodes)
        }
    }
}
