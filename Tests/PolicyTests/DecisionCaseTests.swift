// Proves that library/testworld answers the published sample and the cases of its own (for each rule some that fire and
// some that just miss): decision, exact grounds, obligations, server, skipped, place; and that bad cases are named.
import Bundle
import DecisionCases
import Testing

struct DecisionCaseTests {
    @Test(arguments: [("Tests/PolicyTests/Cases/sample.jsonl", 22), ("library/testworld/cases/catalogue.jsonl", 130)])
    func everyCaseAgrees(file: String, count: Int) throws {
        var cases = DecisionCases(bundle: try Repository.testworld.get())
        let lines = try Repository.lines(file)
        #expect(lines.count == count)
        for line in lines {
            let check = try cases.check(line)
            #expect(check.differences == [], "\(check.id)")
        }
    }
}
