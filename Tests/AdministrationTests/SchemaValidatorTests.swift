// Proves that a body is checked strictly against its schema: every fault names the field, its JSON pointer and what was
// expected, and nothing unknown passes.
import JSON
import Testing
import Vocabulary

@testable import Administration

struct SchemaValidatorTests {
    struct Row: Sendable {
        var body: String
        var field: String
        var pointer: String
        var says: String
    }

    private static let schema = Schema.object([
        .required("person", .id(PersonKind.self)), .optional("site", .shape(.country)),
        .optional("kind", .choice(EvidenceKind.self)), .optional("at", .instant), .optional("active", .boolean),
        .optional("length", .integer(0...100)), .optional("list", .list(.shape(.country), 1...2)),
        .optional("name", .text(1...3)), .optional("note", .nullable(.text(1...3))),
        .optional("scope", .someOf([.optional("a", .boolean), .optional("b/c", .boolean)])),
        .optional(
            "who",
            .either([
                .object([.required("person", .id(PersonKind.self))]),
                .object([.required("persons", .list(.id(PersonKind.self), 1...9))]),
            ])),
    ])

    @Test(arguments: [
        Row(body: "[]", field: "body", pointer: "", says: "expected an object"),
        Row(body: #"{"person": "p-1", "salary": 3}"#, field: "salary", pointer: "", says: "known are person, site"),
        Row(body: #"{"person": "p-1", "said in it": 3}"#, field: "[member 2]", pointer: "", says: "is not known"),
        Row(body: "{}", field: "person", pointer: "/person", says: "is missing"),
        Row(body: #"{"person": null}"#, field: "person", pointer: "/person", says: "expected a text"),
        Row(body: #"{"person": 7}"#, field: "person", pointer: "/person", says: "expected a text"),
        Row(body: #"{"person": "two words"}"#, field: "person", pointer: "/person", says: "the id of a person"),
        Row(body: #"{"person": "p", "site": "Hong Kong"}"#, field: "site", pointer: "/site", says: "capital letters"),
        Row(body: #"{"person": "p", "kind": "badge"}"#, field: "kind", pointer: "/kind", says: "one of badge_in"),
        Row(body: #"{"person": "p", "at": "yesterday"}"#, field: "at", pointer: "/at", says: "a time such as"),
        Row(body: #"{"person": "p", "active": "yes"}"#, field: "active", pointer: "/active", says: "true or false"),
        Row(body: #"{"person": "p", "length": -1}"#, field: "length", pointer: "/length", says: "0 to 100"),
        Row(body: #"{"person": "p", "length": 101}"#, field: "length", pointer: "/length", says: "0 to 100"),
        Row(body: #"{"person": "p", "length": 1.5}"#, field: "length", pointer: "/length", says: "whole number"),
        Row(body: #"{"person": "p", "list": "x"}"#, field: "list", pointer: "/list", says: "expected a list"),
        Row(body: #"{"person": "p", "list": []}"#, field: "list", pointer: "/list", says: "at least 1"),
        Row(body: #"{"person": "p", "list": ["US", "u"]}"#, field: "list[1]", pointer: "/list/1", says: "a country"),
        Row(
            body: #"{"person": "p", "list": ["US", "GB", "HK"]}"#, field: "list", pointer: "/list", says: "more than 2"),
        Row(body: #"{"person": "p", "name": ""}"#, field: "name", pointer: "/name", says: "1 to 3 characters"),
        Row(body: #"{"person": "p", "name": "abcd"}"#, field: "name", pointer: "/name", says: "1 to 3 characters"),
        Row(body: #"{"person": "p", "note": 1}"#, field: "note", pointer: "/note", says: "expected a text"),
        Row(body: #"{"person": "p", "scope": {}}"#, field: "scope", pointer: "/scope", says: "at least one of a, b/c"),
        Row(
            body: #"{"person": "p", "scope": {"b/c": 1}}"#, field: "scope.b/c", pointer: "/scope/b~1c", says: "true or"),
        Row(body: #"{"person": "p", "who": {}}"#, field: "who.person", pointer: "/who/person", says: "is missing"),
        Row(
            body: #"{"person": "p", "who": {"persons": ["a b"]}}"#, field: "who.persons[0]", pointer: "/who/persons/0",
            says: "the id of a person"),
    ])
    func faultsNameThePlace(row: Row) throws {
        var parser = JSONParser()
        let value = try parser.parse(Array(row.body.utf8)).root
        let problem = #expect(throws: Problem.self) { try SchemaValidator.check(value, Self.schema) }
        #expect(problem?.code == .badField)
        #expect(problem?.field == row.field)
        #expect(problem?.pointer == row.pointer)
        #expect(problem?.detail.contains(row.says) == true, "\(problem?.detail ?? "")")
    }

    @Test(arguments: [
        #"{"person": "p-1"}"#,
        #"{"person": "p-1", "site": "HK", "kind": "badge_in", "at": "2026-10-06T02:00:00Z", "active": false}"#,
        #"{"person": "p", "length": 7, "list": ["US", "GB"], "name": "äöü", "note": null}"#,
        #"{"person": "p", "length": 7.0, "scope": {"b/c": true}, "who": {"persons": ["a"]}}"#,
        #"{"person": "p", "length": 1e2, "who": {"person": "a"}}"#,
    ])
    func whatFitsPasses(body: String) throws {
        var parser = JSONParser()
        try SchemaValidator.check(try parser.parse(Array(body.utf8)).root, Self.schema)
    }
}
