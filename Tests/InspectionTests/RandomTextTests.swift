// Proves on seeded random text of everything that detectors and folding react to that no input breaks them, that
// findings lie inside, in order and apart, and that what was found in a place is found there again alone.
import Testing

@testable import Inspection

struct RandomTextTests {
    @Test func anything() {
        let units =
            [
                "4798643261622430", "4798 6432 ", "6162 2430", "DE22", "830689997598506774", "A443033", "(9)", "（9）",
                "card ",
                "身份證", " ", "-", ".", "\n", "\\n", "\\u003", "4", "\\\\", "\\", "&#52;", "&", "#", ";", "\u{200B}", "４",
                "中",
                "x", "9", "\\ud83d", "\\ude00", "order ", "/", "\u{0}", "%34", "%25", "%", "٤", "४", "_", "|", ",",
                "&#0000052",
            ].map { Array($0.utf8) } + [[0xFF], [0xE4], [0xF0, 0x9F], [0xC2]]
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var found = 0
        for _ in 0..<20_000 {
            let input = (0..<next(24)).flatMap { _ in units[next(units.count)] }
            let findings = Inspector.inspect(text: input)
            found += findings.count
            var end = 0
            for finding in findings {
                #expect(finding.range.lowerBound >= end && finding.range.upperBound <= input.count)
                #expect(!finding.range.isEmpty)
                end = finding.range.upperBound
                let alone = Inspector.inspect(text: Array(input[finding.range]))
                #expect(alone.first?.detector == finding.detector || finding.confidence != .certain)
            }
        }
        #expect(found > 500)
    }
}
