// Proves that the catalogue of library/testworld answers every case of Cases/*.jsonl: decision, exact grounds, obligations,
// server, skipped, place.
import Bundle
import DecisionCases
import Testing

struct DecisionCaseTests {
    @Test(arguments: ["sample"])
    func everyCaseAgrees(file: String) throws {
        var cases = DecisionCases(bundle: try Repository.testworld.get())
        let lines = try Repository.lines("Tests/PolicyTests/Cases/\(file).jsonl")
        #expect(lines.count >= 22)
        for line in lines {
            let check = try cases.check(line)
            #expect(check.differences == [], "\(check.id)")
        }
    }
}
