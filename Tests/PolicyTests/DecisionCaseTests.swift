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

extension DecisionCaseTests {
    @Test(arguments: [
        ("{", "not JSON"), ("[]", "expected an object"), (#"{"id":"C"}"#, "at: is missing"),
        (#"{"id":"C","at":"yesterday"}"#, "at: expected an instant"),
        (#"{"id":"C","at":"2026-01-01T00:00:00Z"}"#, "rules_in_force: is missing"),
        (
            #"{"id":"C","at":"2026-01-01T00:00:00Z","rules_in_force":[],"subject":{},"steps":[]}"#,
            "steps: expected at least one step"
        ),
        (
            #"{"id":"C","at":"2026-01-01T00:00:00Z","rules_in_force":["R-NONE"],"subject":{},"steps":[{"deployment":{"id":"d","model":"m","channel":"direct"}}]}"#,
            "rules_in_force: the bundle has no rule or exception `R-NONE`"
        ),
        (
            #"{"id":"C","at":"2026-01-01T00:00:00Z","rules_in_force":[],"subject":{},"steps":[{"deployment":{"id":"d","model":"m","channel":"tube"}}]}"#,
            "steps[0].deployment.channel: expected one of direct"
        ),
        (
            #"{"id":"C","at":"2026-01-01T00:00:00Z","rules_in_force":[],"subject":{"evidence":[{"kind":"badge_in","country":"Hong Kong"}]},"steps":[{"deployment":{"id":"d","model":"m","channel":"direct"}}]}"#,
            "subject.evidence[0].country: expected a country"
        ),
        (
            #"{"id":"C","at":"2026-01-01T00:00:00Z","rules_in_force":[],"subject":{"own_unsupported":[60,40]},"steps":[{"deployment":{"id":"d","model":"m","channel":"direct"}}]}"#,
            "subject.own_unsupported: expected [lowest, highest]"
        ),
        (
            #"{"id":"C","at":"2026-01-01T00:00:00Z","rules_in_force":[],"subject":{"approvals":[{"id":"A","scope":"*","to_local":"2026-11-01T01:30:00","zone":"Nowhere/Town"}]},"steps":[{"deployment":{"id":"d","model":"m","channel":"direct"}}]}"#,
            "subject.approvals[0].zone: there is no such time zone"
        ),
        (
            #"{"id":"C","at":"2026-01-01T00:00:00Z","rules_in_force":[],"subject":{},"data":{"eu_pi":"yes"},"steps":[{"deployment":{"id":"d","model":"m","channel":"direct"}}]}"#,
            "data.eu_pi: expected true or false"
        ),
    ])
    func badCasesAreNamed(line: String, message: String) throws {
        var cases = DecisionCases(bundle: try Repository.testworld.get())
        do {
            _ = try cases.answer(Array(line.utf8))
            Issue.record("answered \(line)")
        } catch {
            #expect(error.description.hasPrefix(message), "\(error)")
        }
    }

    @Test func answersHaveTheFieldsOfTheFormat() throws {
        var cases = DecisionCases(bundle: try Repository.testworld.get())
        func answer(_ id: String) throws -> String {
            let lines = try Repository.lines("library/testworld/cases/catalogue.jsonl")
            let line = try #require(lines.first { String(decoding: $0, as: UTF8.self).hasPrefix(#"{"id": "\#(id)","#) })
            return String(decoding: try cases.answer(line), as: UTF8.self)
        }
        #expect(
            try answer("O01")
                == #"{"id":"O01","decision":"DENY","rules":["R-ANT-GEO"],"obligations":[],"location_set":["HK"]}"#)
        #expect(
            try answer("O115")
                == #"{"id":"O115","decision":"DENY","rules":["R-ANT-GEO","R-ANT-SITE","R-OAI-GEO"],"served_by":null,"skipped":["ant-direct","gpt-direct"],"obligations":[],"location_set":["HK"]}"#
        )
        #expect(
            try answer("O119")
                == #"{"id":"O119","decision":"MIXED","rules":["R-ANT-SITE"],"per_step":[{"decision":"ALLOW","rules":[]},{"decision":"DENY","rules":["R-ANT-SITE"]}],"obligations":[],"location_set":["GB"]}"#
        )
        #expect(
            try answer("O96")
                == #"{"id":"O96","decision":"ALLOW","rules":[],"obligations":[],"location_set":["SG"],"recheck":{"known_at":"2026-06-20T00:00:00Z","decision":"DENY","rules":["R-LATE"],"obligations":[],"location_set":["SG"]}}"#
        )
    }
}
