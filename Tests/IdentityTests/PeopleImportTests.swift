// Proves that files of people are read by RFC 4180 and refused line by line, and that a plan says exactly what would
// change: who joins, who moves, who leaves, and who stays as they are.
import Testing
import Vocabulary

@testable import Identity

struct PeopleImportTests {
    private func records(_ text: String) throws(CSVReader.Fault) -> [[String]] {
        var reader = try CSVReader(Array(text.utf8))
        var records: [[String]] = []
        while let record = try reader.next() { records.append(record.fields) }
        return records
    }

    @Test(arguments: [
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("\u{FEFF}a", [["a"]]), ("\"a,b\",c", [["a,b", "c"]]), ("\"a\"\"b\"\n", [["a\"b"]]),
        ("\"a\r\nb\",c\n\nd,", [["a\r\nb", "c"], ["d", ""]]), ("", []), ("\n\n", []), (",", [["", ""]]),
        ("很,\"\"", [["很", ""]]),
    ])
    func readsRecords(text: String, expected: [[String]]) throws { #expect(try records(text) == expected) }

    @Test(
        arguments: [
            ("a\nb\"c", 2, "inside of a field"), ("\"a\nb", 1, "does not end"),
            ("\"a\nb\"c", 2, "behind a quoted field"),
            ("a,\u{1}", 1, "control character"), (String(repeating: ",", count: 64), 1, "more than 64 fields"),
            (String(repeating: "x", count: 4097), 1, "more than 4096 bytes"), ("a\rb", 1, nil),
        ] as [(String, Int, String?)])
    func refusesOthers(text: String, line: Int, problem: String?) {
        do throws(CSVReader.Fault) {
            _ = try records(text)
            #expect(problem == nil)
        } catch { #expect(error.line == line && problem.map { error.problem.contains($0) } ?? false) }
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: CSVReader.Fault(line: 1, problem: "a field is not UTF-8")) {
            var reader = try CSVReader([0x61, 0x2C, 0xFF])
            _ = try reader.next()
        }
    }

    // MARK: Files

    @Test(arguments: [
        ("", 1, "empty"), ("id,name\n", 1, "column entity is missing"), ("id,name,entity,id\n", 1, "stands twice"),
        ("id,name,entity,person_class\n", 1, "no column person_class"), ("id,name,entity\np,\"x", 2, "does not end"),
    ])
    func refusesFiles(text: String, line: Int, problem: String) {
        do throws(PersonnelFile.Refusal) {
            _ = try PersonnelFile(Array(text.utf8))
            Issue.record("it was read")
        } catch { #expect(error.line == line && error.problem.contains(problem)) }
    }

    @Test(arguments: [
        ("p 1,N,hk,,,,,,", "id:"), ("p1,,hk,,,,,,", "name: is empty"), ("p1,N,,,,,,,", "entity:"),
        ("p1,N,hk,,Hongkong,,,,", "site:"), ("p1,N,hk,,,boss,,,", "roles: expected one of employee, engineer"),
        ("p1,N,hk,,,,\"a,b\",,", "designations:"), ("p1,N,hk,,,,,maybe,", "active: expected yes or no"),
        ("p1,N,hk,,,,,,a b", "accounts:"), ("p1,N,hk", "expected 9 fields, found 3"),
        ("ok,N,hk,,,,,,", "id: ok stands in line 2 already"),
    ])
    func refusesLines(line: String, problem: String) throws {
        let head = PersonnelFile.Column.allCases.map(\.rawValue).joined(separator: ",")
        let file = try PersonnelFile(Array("\(head)\nok,N,hk,,,,,,\n\(line)\n".utf8))
        #expect(file.rows.map(\.id.text) == ["ok"])
        #expect(file.refused.count == 1 && file.refused[0].line == 3)
        #expect(file.refused[0].problem.contains(problem), "\(file.refused[0].problem)")
    }

    // MARK: Plans

    private func person(_ id: PersonID, _ entity: EntityID = EntityID("uk"), isActive: Bool = true) -> Person {
        Person(
            id: id, name: "N", title: "T", entity: entity, site: Country("GB"), classes: .foreign,
            roles: [.employee, .compliance], designations: ["annex_a"], isActive: isActive)
    }

    private func plan(
        _ text: String, complete: Bool = false, mayWriteRoles: Bool = true, mostLeavers: Int = 10
    ) throws -> PeoplePlan {
        let known = [person(PersonID("stay")), person(PersonID("move")), person(PersonID("leave"))]
        let accounts = [
            Account(id: AccountID("a-stay"), holder: .person(PersonID("stay"))),
            Account(id: AccountID("a-bot"), holder: .service(accountable: [PersonID("stay")])),
        ]
        return try PeoplePlan(
            try PersonnelFile(Array(text.utf8)), people: Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0) }),
            accounts: Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0) }),
            rules: .init(isComplete: complete, mayWriteRoles: mayWriteRoles, mostLeavers: mostLeavers))
    }

    @Test func saysExactlyWhatChanges() throws {
        let plan = try plan(
            """
            id,name,entity,site,active,accounts
            stay,N,uk,GB,yes,a-stay
            join,Joan,hk,,yes,a-join;a-join-2
            move,N,hk,HK,yes,
            leave,N,uk,GB,no,
            thief,X,uk,,yes,a-stay
            """)
        #expect(
            plan.text == """
                line 3: adds join: new accounts a-join;a-join-2
                line 4: changes move: entity uk → hk, site GB → HK
                line 5: deactivates leave: active yes → no
                line 6: refused: accounts: a-stay belongs to somebody else
                1 added, 1 changed, 1 deactivated, 1 unchanged, 1 refused
                """)
        // What the file has no column for stays; classes are nobody's but the desk's.
        let moved = try #require(plan.changed.first?.person)
        #expect(moved.roles == [.employee, .compliance] && moved.classes == .foreign && moved.title == "T")
        let joiner = try #require(plan.added.first)
        #expect(joiner.person.roles == [.employee] && joiner.person.classes == .unknown)
        #expect(joiner.accounts.map(\.holder) == [.person(PersonID("join")), .person(PersonID("join"))])
    }

    @Test func aServicesAccountIsNobodys() throws {
        let plan = try plan("id,name,entity,accounts\nstay,N,uk,a-bot\n")
        #expect(plan.refused.map(\.problem) == ["accounts: a-bot belongs to somebody else"])
    }

    @Test func oneAccountIsNotGivenTwice() throws {
        let plan = try plan("id,name,entity,accounts\nx,N,uk,a-new\ny,N,uk,a-new\n")
        #expect(plan.added.map(\.person.id.text) == ["x"])
        #expect(plan.refused.map(\.line) == [3])
    }

    @Test func whoeverIsMissingInACompleteFileLeaves() throws {
        let text = "id,name,entity\nstay,N,uk\nmove,N,uk\n"
        #expect(try plan(text).deactivated.isEmpty)
        #expect(try plan(text, complete: true).deactivated.map(\.person.id.text) == ["leave"])
        #expect(throws: PeoplePlan.TooManyLeavers(count: 1, most: 0)) {
            try plan(text, complete: true, mostLeavers: 0)
        }
    }

    @Test func rolesTakeTheirRight() throws {
        let text = "id,name,entity,roles\nstay,N,uk,employee;compliance\nmove,N,uk,security\njoin,N,uk,\n"
        let plan = try plan(text, mayWriteRoles: false)
        #expect(plan.refused.map(\.line) == [3] && plan.unchanged == 1 && plan.added.count == 1)
        #expect(try self.plan(text).changed.map(\.differences) == [["roles compliance;employee → security"]])
    }
}
