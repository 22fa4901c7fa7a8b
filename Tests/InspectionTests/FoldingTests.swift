// Proves that the fast paths leave out nothing: bytes taken as they are belong to characters that do not fold, and the
// count that ends most inspections counts every digit there is.
import Testing

@testable import Inspection

struct FoldingTests {
    @Test func aPlainByteBeginsNoCharacterThatFolds() throws {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), Folding.fold(value) != value else { continue }
            let lead = try #require(UTF8.encode(scalar)?.first)
            // A lone carriage return and the line feed stay as they are and are looked at one by one.
            #expect(!Folding.isPlain[Int(lead)], "U+\(String(value, radix: 16))")
        }
    }

    /// `é` composed or not stays a letter between digits; `4` with a combining keycap stays 4.
    @Test(
        arguments: [
            (0xFF10, 0x30), (0xFF19, 0x39), (0xFF21, 0x41), (0xFF08, 0x28), (0xB9, 0x31), (0xB2, 0x32), (0x2070, 0x30),
            (0x2079, 0x39), (0x1D7CE, 0x30), (0x1D7FF, 0x39), (0x1D400, 0x41), (0x1D41A, 0x61), (0x1D6A3, 0x7A),
            (0xA0, 0x20), (0x3000, 0x20), (0x2013, 0x2D), (0x2028, 0x0A), (0x09, 0x20), (0xE9, 0xE9), (0x4E2D, 0x4E2D),
            (0x200B, nil), (0x20E3, nil), (0x0301, nil), (0x00, nil), (0x7F, nil), (0xE0030, nil),
        ] as [(UInt32, UInt32?)])
    func folds(scalar: UInt32, expected: UInt32?) {
        #expect(Folding.fold(scalar) == expected)
    }

    @Test func everyDecimalDigitFoldsAndCounts() {
        var digits = 0
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            if scalar.properties.generalCategory == .decimalNumber, let number = scalar.properties.numericValue {
                #expect(Folding.fold(value) == 0x30 + UInt32(number), "U+\(String(value, radix: 16))")
                digits += 1
            }
            guard let folded = Folding.fold(value), (0x30...0x39).contains(folded) else { continue }
            let counts = Array(String(scalar).utf8).withUnsafeBytes { DigitCount.reaches(1, in: $0) }
            #expect(counts, "U+\(String(value, radix: 16))")
        }
        #expect(digits >= 660)
    }

    @Test func theCountMissesNoDigit() {
        let units = ["a", "0", "9", "/", ":", "中", "４", "²", "①", "𝟎", "\u{80}", "，", " "].map { Array($0.utf8) }
        var state: UInt64 = 11
        for length in 0..<400 {
            var text: [UInt8] = []
            var digits = 0
            for _ in 0..<length {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let choice = Int(state >> 33) % units.count
                if [1, 2, 6, 7, 8, 9].contains(choice) { digits += 1 }
                text += units[choice]
            }
            text.withUnsafeBytes { bytes in
                #expect(digits == 0 || DigitCount.reaches(digits, in: bytes))
                #expect(!DigitCount.reaches(digits + 1, in: bytes))
            }
        }
    }
}
