// Proves that a match is found wherever it lies in a long text, once, and that no input makes the work grow faster than
// its length.
import Glibc
import Testing

@testable import Inspection

struct ScaleTests {
    @Test func everyPlaceAroundAWindowBorder() {
        let number = "4798 6432 6162 2430"
        for offset in stride(from: TextWindow.capacity - 2 * TextWindow.margin, to: TextWindow.capacity + 700, by: 7) {
            let text =
                String(repeating: "x", count: offset - 1) + " card " + number + " "
                + String(repeating: "y", count: 3000)
            let findings = Inspector.inspect(text: Array(text.utf8))
            #expect(findings.map(\.range) == [offset + 5..<offset + 5 + number.utf8.count])
            #expect(findings.first?.confidence == .certain)
        }
    }

    @Test func manyMatchesAreAllFound() {
        let line = "HKID A443033(9) card 4798643261622430 DE22830689997598506774 12345678901234\n"
        let input = Array(String(repeating: line, count: 5000).utf8)
        let findings = Inspector.inspect(text: input)
        #expect(findings.count == 15_000)
        #expect(zip(findings, findings.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound })
        #expect(Set(findings.map { $0.text(in: input) }).count == 3)
    }

    /// Time for 1 MiB against time for 128 KiB of the same: linear is 8, quadratic 64.
    @Test(arguments: [
        "7", "4 ", "4798643261622430 ", "4798 6432 6162 2430 ", "4798643261622430", "A443033(9)", "GB41 MIDL 0297 ",
        "A1", "\\", "\\u003", "&#5", "\u{200B}", "1\u{200B}", "4798\u{200B}", "card 4798643261622430 ", "DE22",
        "\\u0034", "A 123456 ", "4-7-9-8-", "中4", "card ",
        "%34", "%25", "%", "&#0", "&#00000000052;", "٤", "ไทย๔", "4798,6432,6162,2430,", "4,", "x4798643261622430x",
        "4798____6432", "7x", "한4",
    ])
    func linear(pattern: String) {
        func seconds(_ length: Int) -> Double {
            let unit = Array(pattern.utf8)
            let input = Array((0..<length / unit.count).map { _ in unit }.joined()) + Array(" 1234567".utf8)
            return (0..<3).map { _ in
                let began = ScaleTests.processorSeconds
                _ = Inspector.inspect(text: input)
                return ScaleTests.processorSeconds - began
            }.min() ?? 0
        }
        _ = seconds(4096)
        let small = seconds(128 << 10)
        let large = seconds(1 << 20)
        #expect(large < small * 24 + 0.01)
    }

    /// Of this thread alone: other work on the machine does not count.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func aMillionDigitsAreNoNumber() {
        #expect(Inspector.inspect(text: [UInt8](repeating: 0x34, count: 1 << 20)).isEmpty)
    }

    @Test func oneInspectorManyInputs() {
        var inspector = Inspector()
        for _ in 0..<3 {
            for text in ["nothing", "4798643261622430", "", String(repeating: "1 ", count: 20_000), "A443033(9)"] {
                let input = Array(text.utf8)
                let findings = inspector.inspect(input, pieces: [TextPiece(range: input.indices)])
                #expect(findings == Inspector.inspect(text: input))
            }
        }
    }
}
