// Proves on 10,000 seeded documents that what was written is what is read, span by span, that each of a list of
// mutations is refused, and that simdjson's DOM and the walk agree on documents damaged at random.
import Testing

@testable import JSON

struct RandomDocumentTests {
    @Test func whatIsWrittenIsRead() throws {
        var generator = SeededGenerator(seed: 8259)
        for _ in 0..<10_000 {
            let (model, text) = DocumentGenerator.document(&generator)
            let document = try scan(text)
            #expect(Model(document.root) == model, "\(text)")
            try spansAreWhole(document)
        }
    }

    @Test func aMutatedDocumentIsRefused() throws {
        var generator = SeededGenerator(seed: 627)
        for number in 0..<10_000 {
            let (_, text) = DocumentGenerator.document(&generator)
            let mutation = Mutation.allCases[number % Mutation.allCases.count]
            guard let mutated = mutation.apply(to: try scan(text), &generator) else { continue }
            #expect(refusal(mutated) != nil, "\(mutation) made \(String(decoding: mutated, as: UTF8.self))")
        }
    }

    /// Random damage may leave a document valid; then it must read as what its bytes say, so its spans still tile it.
    @Test func damagedBytesNeverConfuse() throws {
        var generator = SeededGenerator(seed: 404)
        let alphabet = Array("{}[]:,\"\\ \n0189-+.eEtfnulrasd\u{0}\u{1F}中\u{7F}".utf8) + [0x80, 0xFF, 0xC0, 0xED]
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = Array(DocumentGenerator.document(&generator).text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            if let document = try? scan(bytes) {
                accepted += 1
                try spansAreWhole(document)
            }
        }
        #expect((500...15_000).contains(accepted))
    }

    /// Every value, cut out by its span, is a document of its own that reads the same; containers tile their members.
    private func spansAreWhole(_ document: JSONDocument) throws {
        for (index, node) in document.nodes.enumerated() {
            let value = JSONValue(document: document, index: index)
            let alone = try scan(Array(document.bytes[value.range])).root
            #expect(Model(alone) == Model(value))
            #expect(Int(node.next) > index && Int(node.next) <= document.nodes.count)
            #expect(document.node(at: node.range.lowerBound) == index || node.range.isEmpty)
        }
    }
}

/// Documents with everything the grammar has, together with what they say.
enum DocumentGenerator {
    static func document(_ generator: inout SeededGenerator) -> (model: Model, text: String) {
        value(depth: 0, &generator)
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> (Model, String) {
        let pad = space(&generator)
        switch Int.random(in: 0..<(depth > 4 ? 3 : 6), using: &generator) {
        case 0:
            let literal = ["true", "false", "null"].randomElement(using: &generator) ?? "null"
            return (.literal(literal), pad + literal + space(&generator))
        case 1:
            let number = self.number(&generator)
            return (.number(number), pad + number + space(&generator))
        case 2, 3:
            let (plain, raw) = string(&generator)
            return (.string(plain), pad + "\"" + raw + "\"" + space(&generator))
        case 4:
            let elements = (0..<Int.random(in: 0..<4, using: &generator)).map { _ in value(depth: depth + 1, &generator)
            }
            return (.array(elements.map(\.0)), pad + "[" + elements.map(\.1).joined(separator: ",") + "]" + pad)
        default:
            var seen: Set<[UInt8]> = []
            var members: [(String, Model)] = []
            var texts: [String] = []
            for _ in 0..<Int.random(in: 0..<16, using: &generator) {
                let (plain, raw) = string(&generator)
                guard seen.insert(Array(plain.utf8)).inserted else { continue }
                let (model, text) = value(depth: depth + 2, &generator)
                members.append((plain, model))
                texts.append(pad + "\"" + raw + "\"" + space(&generator) + ":" + text)
            }
            return (.object(members), "{" + texts.joined(separator: ",") + pad + "}")
        }
    }

    private static func space(_ generator: inout SeededGenerator) -> String {
        ["", "", "", " ", "\n", "\t \r\n"].randomElement(using: &generator) ?? ""
    }

    private static func number(_ generator: inout SeededGenerator) -> String {
        let sign = Bool.random(using: &generator) ? "-" : ""
        let whole = String(Int.random(in: 0...(.max >> Int.random(in: 0..<63, using: &generator)), using: &generator))
        let fraction = Bool.random(using: &generator) ? "." + String(Int.random(in: 0..<9999, using: &generator)) : ""
        let exponents = ["", "", "e5", "E-7", "e+12", "e0"]
        return sign + whole + fraction + (exponents.randomElement(using: &generator) ?? "")
    }

    /// A string and one of its spellings.
    private static func string(_ generator: inout SeededGenerator) -> (plain: String, raw: String) {
        var plain = String.UnicodeScalarView()
        var raw = ""
        for _ in 0..<Int.random(in: 0..<6, using: &generator) {
            let scalar = self.scalar(&generator)
            plain.append(scalar)
            let escape = Int.random(in: 0..<4, using: &generator)
            if scalar.value < 0x20 || escape == 0 {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &generator))
                    raw += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else if scalar == "\"" || scalar == "\\" {
                raw += "\\" + String(scalar)
            } else {
                raw += scalar == "/" && escape == 1 ? "\\/" : String(scalar)
            }
        }
        return (String(plain), raw)
    }

    private static func scalar(_ generator: inout SeededGenerator) -> Unicode.Scalar {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x20...0x7E, 0x20...0x7E, 0x61...0x64, 0x80...0x7FF, 0x4E00...0x9FFF, 0xE000...0xFFFF,
            0x10000...0x10FFFF,
        ]
        let range = ranges.randomElement(using: &generator) ?? 0x20...0x7E
        return Unicode.Scalar(UInt32.random(in: range, using: &generator)) ?? "?"
    }
}

/// Damage that makes any document invalid, whatever it says.
private enum Mutation: CaseIterable {
    case cutTheEnd, appendAValue, appendABracket, twiceTheComma, trailingComma, rawControl, badEscape, loneSurrogate
    case duplicateKey, leadingZero, byteOrderMark, brokenUTF8, unquotedKey, wrongBracket

    /// Nil when the document has nothing that can be damaged this way.
    func apply(to document: JSONDocument, _ generator: inout SeededGenerator) -> [UInt8]? {
        var bytes = document.bytes
        func pick(_ kinds: JSONNode.Kind..., notEmpty: Bool = false) -> JSONValue? {
            var choice: JSONValue?
            for (index, node) in document.nodes.enumerated() where kinds.contains(node.kind) {
                if notEmpty, Int(node.next) == index + 1 { continue }
                if choice == nil || Int.random(in: 0..<4, using: &generator) == 0 {
                    choice = JSONValue(document: document, index: index)
                }
            }
            return choice
        }
        func insert(_ text: String, at place: Int) -> [UInt8] {
            bytes.insert(contentsOf: Array(text.utf8), at: place)
            return bytes
        }
        switch self {
        case .cutTheEnd:
            guard document.root.kind != .number else { return nil }
            return Array(bytes[..<(document.root.range.upperBound - 1)])
        case .appendAValue: return bytes + Array(" null".utf8)
        case .appendABracket: return bytes + Array("]".utf8)
        case .twiceTheComma:
            guard let container = pick(.array, .object, notEmpty: true) else { return nil }
            return insert(",,", at: container.range.upperBound - 1)
        case .trailingComma:
            guard let container = pick(.array, .object) else { return nil }
            return insert(",", at: container.range.upperBound - 1)
        case .rawControl: return pick(.string, .key).map { insert("\u{1}", at: $0.contentRange.lowerBound) }
        case .badEscape: return pick(.string, .key).map { insert("\\q", at: $0.contentRange.lowerBound) }
        case .loneSurrogate: return pick(.string, .key).map { insert("\\uDBFF", at: $0.contentRange.upperBound) }
        case .duplicateKey:
            guard let object = pick(.object, notEmpty: true), let member = object.members.first(where: { _ in true })
            else { return nil }
            let copy = Array(bytes[member.key.range]) + Array(":0,".utf8)
            bytes.insert(contentsOf: copy, at: object.range.lowerBound + 1)
            return bytes
        case .leadingZero:
            guard let number = pick(.number) else { return nil }
            let sign = bytes[number.range.lowerBound] == UInt8(ascii: "-") ? 1 : 0
            return insert("0", at: number.range.lowerBound + sign)
        case .byteOrderMark: return [0xEF, 0xBB, 0xBF] + bytes
        case .brokenUTF8:
            guard let string = pick(.string, .key) else { return nil }
            bytes.insert(0xC3, at: string.contentRange.upperBound)
            return bytes
        case .unquotedKey:
            guard let key = pick(.key) else { return nil }
            bytes.replaceSubrange(key.range, with: [UInt8(ascii: "k")])
            return bytes
        case .wrongBracket:
            guard let container = pick(.array, .object) else { return nil }
            bytes[container.range.upperBound - 1] = UInt8(ascii: container.kind == .array ? "}" : "]")
            return bytes
        }
    }
}
