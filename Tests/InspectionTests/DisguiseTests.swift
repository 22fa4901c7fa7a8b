// Proves that a number is found however it is spelt: full width, split by invisible characters, grouped by other
// spaces, escaped in JSON at any depth, as HTML entities; and that the reported bytes are the whole of it.
import Testing

@testable import Inspection

struct DisguiseTests {
    private static let plain = "4798643261622430"

    private static func spelt(_ spell: (Character) -> String) -> String { plain.map(spell).joined() }

    private static func percent(_ text: String, _ percent: String = "%") -> String {
        text.utf8.map { percent + String($0, radix: 16, uppercase: true) }.joined()
    }

    private static func digits(from base: UInt32) -> String {
        spelt { digit in
            let value = UInt32(digit.wholeNumberValue ?? 0)
            return String(Unicode.Scalar(base + value) ?? "?")
        }
    }

    @Test(arguments: [
        digits(from: 0xFF10), digits(from: 0x1D7CE), digits(from: 0x1D7F6), digits(from: 0x2080),
        spelt { "\($0)\u{200B}" }.dropLast().description, spelt { "\($0)\u{AD}" }.dropLast().description,
        "4798\u{A0}6432\u{A0}6162\u{A0}2430", "4798\u{2009}6432\u{2009}6162\u{2009}2430",
        "4798\u{3000}6432\u{3000}6162\u{3000}2430", "4798\u{2013}6432\u{2013}6162\u{2013}2430",
        "4798\u{2011}6432\u{2011}6162\u{2011}2430", "4798\u{FF0D}6432\u{FF0D}6162\u{FF0D}2430",
        "4798\u{202E}6432\u{202C}61622430", "4798\u{2060}643261622430", "4798\u{FEFF}643261622430",
        "4798\u{E0041}643261622430", "4798\u{0}643261622430", "4798\u{FE0F}\u{20E3}643261622430",
        "4798 6432\r\n6162 2430", "4798&nbsp;6432&nbsp;6162&nbsp;2430", spelt { "&#\($0.asciiValue ?? 0);" },
        spelt { "&#x\(String($0.asciiValue ?? 0, radix: 16));" }, "4798&#160;6432&#xA0;6162&#xa0;2430",
        spelt { "\\u003\($0)" }, spelt { "\\\\u003\($0)" }, spelt { "\\\\\\\\u003\($0)" },
        spelt { "\\uFF1\($0)" }, "4798\\u00a06432\\u00A06162\\u00a02430", "4798\\n6432\\n6162\\n2430",
        "4798\\u200b643261622430", "4798\\ud835\\udff2\\u003432\\u00361622430", "4798\\u0026nbsp;6432 6162 2430",
        digits(from: 0x660), digits(from: 0x6F0), digits(from: 0x966), digits(from: 0xE50), digits(from: 0x1E950),
        "4798" + digits(from: 0x660).suffix(12), spelt { "&#000000000\($0.asciiValue ?? 0);" },
        spelt { "&#x0000000000000\(String($0.asciiValue ?? 0, radix: 16));" }, spelt { "&#\($0.asciiValue ?? 0)" },
        spelt { "\\u0026#\($0.asciiValue ?? 0);" }, percent(plain), percent(plain, "%25"), percent(plain, "%252525"),
        percent(digits(from: 0xFF10)), percent(digits(from: 0x660)), "4798%206432%206162%202430",
        "4798%2D6432%2d6162%2D2430", "4798%C2%A06432%C2%A06162%C2%A02430", "%34798643261622430", "479864326162243%30",
    ])
    func aCardInAnySpelling(number: String) {
        for text in [number, "卡\(number)，", "to \(number)!"] {
            #expect(acted(text) == [number], "\(text)")
        }
    }

    /// Circled digits have another zero than the run would suggest.
    @Test func circledDigits() {
        let number = DisguiseTests.spelt { digit in
            let value = UInt32(digit.wholeNumberValue ?? 0)
            return String(Unicode.Scalar(value == 0 ? 0x24EA : 0x245F + value) ?? "?")
        }
        #expect(acted(number) == [number])
    }

    @Test func lettersInOtherStyles() {
        #expect(acted("Ｋ９６１０９１（Ａ）") == ["Ｋ９６１０９１（Ａ）"])
        #expect(acted("𝐊961091(𝐀)") == ["𝐊961091(𝐀)"])
        #expect(acted("Ⓖ\u{200D}B41 MIDL 0297 5671 7951 40") == ["Ⓖ\u{200D}B41 MIDL 0297 5671 7951 40"])
    }

    /// A line end inside a JSON string inside a JSON string is `\\n`, whose letter must not glue to the number.
    @Test(arguments: ["\\n", "\\\\n", "\\\\\\\\n", "\\t", "\\\\r\\\\n", "\\\"", "\\\\\\\"", "\\\\"])
    func escapesAreBoundaries(escape: String) {
        #expect(acted("x" + escape + DisguiseTests.plain + escape + "y") == [DisguiseTests.plain])
    }

    @Test(arguments: [
        "\\u12", "\\u", "\\", "&#;", "&#x;", "&#99999999;", "&", "&;", "&#xFFFFFFF;", "\\ud83d", "\\ud83dx",
    ])
    func brokenSpellingsAreText(broken: String) {
        #expect(acted(broken + " " + DisguiseTests.plain) == [DisguiseTests.plain])
        #expect(acted(DisguiseTests.plain + " " + broken) == [DisguiseTests.plain])
    }

    @Test func anEntityHasALimit() {
        func reference(zeros: Int) -> String { "&#" + String(repeating: "0", count: zeros) + "52;798643261622430" }
        #expect(acted(reference(zeros: SourceCharacter.zerosLimit)) == [reference(zeros: SourceCharacter.zerosLimit)])
        #expect(acted(reference(zeros: SourceCharacter.zerosLimit + 6)).isEmpty)
    }

    /// What looks encoded may as well be digits: both readings count.
    @Test(arguments: ["%", "a%", "100%", "%x", "%%"])
    func aPerCentSignEatsNoDigits(sign: String) {
        #expect(found(sign + "4539578763621486").first?.hasSuffix(" 4539578763621486") == true)
    }

    @Test func bothReadingsTogetherAreInOrderAndApart() {
        let text = "4539578763621486 %34539578763621486, \(DisguiseTests.percent("A443033(9)")) 4539578763621486"
        #expect(
            acted(text) == [
                "4539578763621486", "%34539578763621486", DisguiseTests.percent("A443033(9)"), "4539578763621486",
            ])
    }

    @Test func bytesThatAreNoTextAreBoundaries() {
        let number = Array(DisguiseTests.plain.utf8)
        for byte: UInt8 in [0x80, 0xC0, 0xFF, 0xE4, 0xF0] {
            let input = [byte] + number + [byte]
            #expect(Inspector.inspect(text: input).map(\.range) == [1..<17])
        }
    }

    @Test func invisibleCharactersAroundDoNotBelongToIt() {
        let text = "\u{200B}4798643261622430\u{200B}"
        #expect(acted(text) == [DisguiseTests.plain])
    }
}
