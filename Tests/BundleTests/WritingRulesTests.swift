// Proves that the guide for writing rules is true: its example loads, and it explains every attribute and every remedy.
import Policy
import Testing
import Vocabulary

@testable import Bundle

struct WritingRulesTests {
    private func guide() throws -> String {
        String(decoding: try Repository.bytes("docs/writing-rules.md"), as: UTF8.self)
    }

    @Test func theExampleLoads() throws {
        let guide = try guide()
        let start = try #require(guide.firstRange(of: "```yaml\n")).upperBound
        let end = try #require(guide[start...].firstRange(of: "```")).lowerBound
        func file(_ path: String, _ text: String) -> BundleFile { BundleFile(path: path, bytes: Array(text.utf8)) }
        let bundle = try Bundle.load(files: [
            file("bundle.yaml", "format: 1\nname: guide\n"),
            file("vendors.yaml", "vendors:\n  - {id: northwind, name: Northwind, jurisdiction: US}\n"),
            file(
                "evidence.yaml",
                """
                evidence:
                  - {id: C-NW-LETTER, stance: supports, nature: fact, grade: A, text: A letter., source: vendor, retrieved: 2027-02-01}
                """),
            file("rules/northwind.yaml", String(guide[start..<end])),
        ])
        #expect(bundle.policy.book.rules.map(\.valid.start?.description) == ["2027-02-28T16:00:00Z"])
    }

    @Test func everyAttributeAndRemedyIsExplained() throws {
        let guide = try guide()
        for attribute in Attribute.allCases { #expect(guide.contains("`\(attribute.rawValue)`")) }
        for remedy in Remedy.allCases { #expect(guide.contains("`\(remedy.rawValue)`")) }
    }

    @Test func everyFileIsListed() throws {
        let page = String(decoding: try Repository.bytes("docs/formats/bundle.md"), as: UTF8.self)
        for name in BundleLoader.fileNames { #expect(page.contains("| `\(name)` |")) }
    }
}
