// Proves that files read as trees with places, that scalars stay text, and that whatever a file of rules has no use for
// is refused with its line.
import Testing

@testable import YAML

struct YAMLTests {
    private func parse(_ text: String) throws(YAMLError) -> YAMLNode { try YAML.parse(Array(text.utf8)) }

    @Test func readsTreesWithPlaces() throws {
        let root = try parse("rules:\n  - id: R-1\n    when: [a, 'b']\n# end\nother: \"x: y\"\n")
        let entries = try #require(root.entries)
        #expect(entries.map(\.key.text) == ["rules", "other"])
        #expect(entries[1].value.position == YAMLPosition(line: 5, column: 8))
        let rule = try #require(entries[0].value.items?.first)
        #expect(rule.position == YAMLPosition(line: 2, column: 5))
        #expect(rule.entries?[1].value.items?.map(\.text) == ["a", "b"])
        #expect(entries[1].value.text == "x: y")
    }

    @Test(arguments: [
        "yes", "no", "null", "~", "True", "on", "1e3", "0x10", "010", "1_000", "'true'", "\"5\"", "-0", "+1",
    ])
    func wordsStayWords(word: String) throws {
        let node = try parse("k: \(word)")
        let value = try #require(node.entries?[0].value)
        #expect(value.bool == nil)
        #expect(value.integer == nil)
        #expect(value.text != nil)
    }

    @Test func whoAsksGetsTypes() throws {
        let values = try #require(try parse("[true, false, 0, -7, 9223372036854775807, 9223372036854775808]").items)
        #expect(values.map(\.bool) == [true, false, nil, nil, nil, nil])
        #expect(values.map(\.integer) == [nil, nil, 0, -7, Int.max, nil])
    }

    @Test(arguments: [
        ("a: &x 1\nb: *x", 1, 4, YAMLError.Problem.anchor), ("a: *x", 1, 4, .anchor), ("a: !!str 1", 1, 4, .tag),
        ("a: !x\n  b: 1", 1, 4, .tag), ("- &x [1]", 1, 3, .anchor), ("- &x {a: 1}", 1, 3, .anchor),
        ("%YAML 1.1\n---\na: 1", 1, 1, .directive), ("a: 1\n---\nb: 2", 2, 1, .severalDocuments),
        ("a: 1\nb: 2\na: 3", 3, 1, .duplicateKey("a", first: YAMLPosition(line: 1, column: 1))),
        ("{a: 1, 'a': 2}", 1, 8, .duplicateKey("a", first: YAMLPosition(line: 1, column: 2))),
        ("? [a]\n: 1", 1, 3, .keyNotScalar), ("? {a: 1}\n: 1", 1, 3, .keyNotScalar), ("", 1, 1, .empty),
        ("# nothing\n", 2, 1, .empty), ("a: \u{01}", 1, 4, .controlCharacter), ("é: \u{00}", 1, 4, .controlCharacter),
    ])
    func refuses(text: String, line: Int, column: Int, problem: YAMLError.Problem) {
        #expect(throws: YAMLError(problem, at: YAMLPosition(line: line, column: column))) { try parse(text) }
    }

    @Test(arguments: ["a: [1", "a: 'x", "a: b: c", "\tb: 1", "- a\nb: 1", "a: }", "@x", "`x`"])
    func brokenSyntaxIsAnErrorWithAPlace(text: String) {
        do {
            _ = try parse(text)
            Issue.record("read \(text)")
        } catch {
            if case .syntax(let words) = error.problem { #expect(!words.isEmpty) } else { Issue.record("\(error)") }
            #expect(error.position.line >= 1)
        }
    }

    @Test func notUTF8IsNamedWithItsPlace() {
        for (bytes, column): ([UInt8], Int) in [
            ([0x61, 0x3A, 0x20, 0xFF], 4), ([0xC3, 0xA9, 0x3A, 0x20, 0xC0, 0x80], 4), ([0xED, 0xA0, 0x80], 1),
            ([0x61, 0x3A, 0x20, 0xE2, 0x82], 4),
        ] {
            #expect(throws: YAMLError(.notUTF8, at: YAMLPosition(line: 1, column: column))) { try YAML.parse(bytes) }
        }
        // UTF-16 is not UTF-8.
        #expect(throws: YAMLError.self) { try YAML.parse([0xFF, 0xFE, 0x61, 0x00]) }
    }

    @Test func limitsHold() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(YAML.maximumDepth))
        #expect(throws: YAMLError(.tooDeep(limit: 32), at: YAMLPosition(line: 1, column: 33))) { try parse(nested(33)) }
        #expect(throws: YAMLError(.tooDeep(limit: 32), at: YAMLPosition(line: 1, column: 33))) {
            try parse(String(repeating: "[", count: 100_000))
        }
        let most = "[" + String(repeating: "a,", count: YAML.maximumNodes - 2) + "a]"
        #expect(try parse(most).items?.count == YAML.maximumNodes - 1)
        #expect(throws: YAMLError.self) { try parse("[" + String(repeating: "a,", count: YAML.maximumNodes) + "a]") }
        let large = [UInt8](repeating: 0x61, count: YAML.maximumBytes)
        #expect(try YAML.parse(large).text?.utf8.count == YAML.maximumBytes)
        let tooLarge = large + [0x61]
        #expect(
            throws: YAMLError(
                .tooLarge(bytes: tooLarge.count, limit: YAML.maximumBytes), at: YAMLPosition(line: 1, column: 1))
        ) { try YAML.parse(tooLarge) }
    }

    @Test func aBombIsAnErrorAndNotALongWait() {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for (name, before) in zip("bcdefghi", "abcdefgh") {
            bomb += "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 9).joined(separator: ",") + "]\n"
        }
        #expect(throws: YAMLError(.anchor, at: YAMLPosition(line: 1, column: 4))) { try parse(bomb) }
    }

    @Test func damagedFilesNeverTrap() {
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let sample = Array(
            "rules:\n  - id: R-1 # x\n    when:\n      - {a: [b, 'c', \"d\"], e: |\n          text\n        }\n".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = sample
            for _ in 0...random(4) {
                switch random(3) {
                case 0: bytes[random(bytes.count)] = UInt8(truncatingIfNeeded: random(256))
                case 1: bytes.insert(Array("&*!|>%?-:[]{},#\n '\"".utf8)[random(19)], at: random(bytes.count))
                default: bytes.remove(at: random(bytes.count))
                }
            }
            // Either a tree or an error; the count shows that both happen.
            if (try? YAML.parse(bytes)) != nil { accepted += 1 }
        }
        #expect(accepted > 100)
        #expect(accepted < 19_900)
    }
}
