// Proves that the cases notice: with any one rule of the test world taken out or turned round, some case disagrees.
import Bundle
import DecisionCases
import Testing

struct CaseMutationTests {
    private static func lines() throws -> [[UInt8]] {
        try Repository.lines("Tests/PolicyTests/Cases/sample.jsonl")
            + Repository.lines("library/testworld/cases/catalogue.jsonl")
    }

    /// The test world with one entry changed.
    private func world(
        file path: String, from marker: String, change: (String) -> String
    ) throws -> Bundle {
        let files = try Bundle.files(in: Repository.root + "/library/testworld").map { file in
            guard file.path == path else { return file }
            var blocks = String(decoding: file.bytes, as: UTF8.self).split(
                separator: "\n  - id: ", omittingEmptySubsequences: false
            )
            .map(String.init)
            let index = try #require(blocks.firstIndex { $0.hasPrefix(marker + "\n") })
            blocks[index] = change(blocks[index])
            return BundleFile(path: path, bytes: Array(blocks.joined(separator: "\n  - id: ").utf8))
        }
        return try Bundle.load(files: files)
    }

    private func disagreements(_ bundle: Bundle) throws -> Int {
        var cases = DecisionCases(bundle: bundle)
        return try CaseMutationTests.lines().count { try !cases.check($0).agrees }
    }

    static let entries: [(String, String)] =
        [
            "R-ANT-GEO", "R-ANT-SITE", "R-ANT-OWN", "R-LOC-MIN", "R-OAI-GEO", "R-DIR-1", "R-DIR-OUT", "R-KILL-ANT",
            "R-AFF50",
            "R-CN-HOSTED", "R-OW-LIC", "R-PRC-IMP", "R-GDPR", "R-DOJ", "R-HKMA-OUT", "R-DORA", "R-RET", "R-SVC",
            "R-LATE",
        ].map { ("rules/catalogue.yaml", $0) }
        + ["OB-ARCHIVE", "OB-HITL-HK", "OB-AIDISC-EU", "OB-LINEAGE", "OB-ALERT"].map { ("rules/obligations.yaml", $0) }
        + [("exceptions.yaml", "X-DIR-1A")]

    @Test(arguments: entries)
    func anEntryThatIsMissingIsNoticed(file: String, id: String) throws {
        let mutant = try world(file: file, from: id) {
            $0.replacing("status: in_force", with: "status: draft").replacing(
                "status: contested", with: "status: draft")
        }
        #expect(try disagreements(mutant) > 0)
    }

    @Test(arguments: [
        ("rules/catalogue.yaml", "R-ANT-OWN", "above: 50", "at_least: 50"),
        ("rules/catalogue.yaml", "R-AFF50", "at_least: 50", "above: 50"),
        ("rules/catalogue.yaml", "R-DOJ", "at_least: 50", "above: 50"),
        ("rules/catalogue.yaml", "R-LOC-MIN", "below: 2", "below: 1"),
        ("rules/catalogue.yaml", "R-LOC-MIN", "[direct, aistudio]", "[direct]"),
        (
            "rules/catalogue.yaml", "R-ANT-SITE", "2026-06-18T00:00\", zone: Asia/Hong_Kong",
            "2026-06-18T00:00\", zone: UTC"
        ),
        ("rules/catalogue.yaml", "R-ANT-SITE", "[HK, MO, CN]", "[HK, CN]"),
        ("rules/catalogue.yaml", "R-ANT-GEO", "caller.place: {not_in", "caller.site: {not_in"),
        ("rules/catalogue.yaml", "R-ANT-GEO", "not_in: [static_doc]", "not_in: [static_doc, cache]"),
        ("rules/catalogue.yaml", "R-DIR-1", "in: [foreign]", "in: [us_person]"),
        ("rules/catalogue.yaml", "R-DIR-1", "[fable-5, mythos-5]", "[fable-5]"),
        ("rules/catalogue.yaml", "R-DIR-1", "2026-07-01T00:00:00Z", "2026-07-01T00:00:01Z"),
        ("rules/catalogue.yaml", "R-AFF50", "to: \"2025-11-10T00:00:00Z\"", "to: \"2026-11-10T00:00:00Z\""),
        ("rules/catalogue.yaml", "R-GDPR", "outside: {set: adequate}", "has_none: {set: adequate}"),
        ("rules/catalogue.yaml", "R-HKMA-OUT", "regions_outside_record", "regions"),
        ("rules/catalogue.yaml", "R-SVC", "{has_any: [anthropic]}", "{has_any: [openai]}"),
        ("rules/catalogue.yaml", "R-LATE", "recorded: 2026-06-19T09:00:00Z", "recorded: 2026-06-15T00:00:00Z"),
        ("rules/catalogue.yaml", "R-CN-HOSTED", "not_in: [public]", "not_in: [public, internal]"),
        ("rules/catalogue.yaml", "R-RET", "above: 0", "above: 30"),
        ("exceptions.yaml", "X-DIR-1A", "[mythos-5]", "[mythos-5, fable-5]"),
        ("exceptions.yaml", "X-DIR-1A", "2026-06-26T20:00:00Z", "2026-06-26T19:00:00Z"),
        ("rules/obligations.yaml", "OB-AIDISC-EU", "2026-08-02", "2026-07-02"),
    ])
    func anEntryThatIsAlteredIsNoticed(file: String, id: String, old: String, new: String) throws {
        let mutant = try world(file: file, from: id) { block in
            #expect(block.contains(old))
            return block.replacing(old, with: new)
        }
        #expect(try disagreements(mutant) > 0)
    }
}
