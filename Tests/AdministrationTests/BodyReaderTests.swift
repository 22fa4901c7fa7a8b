// Proves that a call's body is read strictly: every fault names the field and what was expected, and nothing unknown
// passes.
import Testing
import Vocabulary

@testable import Administration

struct BodyReaderTests {
    struct Row: Sendable {
        var body: String
        var field: String?
        var says: String
    }

    @Test(arguments: [
        Row(body: "[]", field: "body", says: "expected an object"),
        Row(body: #"{"id": "a", "id": "b"}"#, field: nil, says: "not JSON"),
        Row(body: #"{"id": "a" "#, field: nil, says: "not JSON"),
        Row(body: #"{"person": "p-1", "salary": 3}"#, field: "salary", says: "known are id, person"),
        Row(body: #"{}"#, field: "person", says: "is missing"),
        Row(body: #"{"person": null}"#, field: "person", says: "is missing"),
        Row(body: #"{"person": 7}"#, field: "person", says: "expected a text"),
        Row(body: #"{"person": "two words"}"#, field: "person", says: "expected the id of a person"),
        Row(body: #"{"person": "p", "site": "Hong Kong"}"#, field: "site", says: "two capital letters"),
        Row(body: #"{"person": "p", "kind": "badge"}"#, field: "kind", says: "one of badge_in"),
        Row(body: #"{"person": "p", "at": "yesterday"}"#, field: "at", says: "a time such as"),
        Row(body: #"{"person": "p", "active": "yes"}"#, field: "active", says: "true or false"),
        Row(body: #"{"person": "p", "length": -1}"#, field: "length", says: "whole number"),
        Row(body: #"{"person": "p", "length": 1.5}"#, field: "length", says: "whole number"),
        Row(body: #"{"person": "p", "list": "x"}"#, field: "list", says: "expected a list"),
        Row(body: #"{"person": "p", "list": ["US", "usa"]}"#, field: "list[1]", says: "expected a country"),
        Row(body: #"{"person": "p", "list": ["US", "GB", "HK"]}"#, field: "list", says: "at most 2 go at once"),
    ])
    func faultsNameTheField(row: Row) {
        let error = #expect(throws: APIError.self) { try Self.read(row.body) }
        #expect(error?.status == 400)
        #expect(error?.field == row.field)
        #expect(error?.message.contains(row.says) == true, "\(error?.message ?? "")")
    }

    @Test func aSoundBodyIsRead() throws {
        try Self.read(
            #"{"person": "p-1", "site": "HK", "kind": "badge_in", "at": "2026-10-06T02:00:00Z", "active": false, "length": 7, "list": []}"#
        )
    }

    private static func read(_ body: String) throws(APIError) {
        let reader = try BodyReader(
            body: Array(body.utf8), knows: ["id", "person", "site", "kind", "at", "active", "length", "list"])
        let _: PersonID = try reader.id("person")
        _ = try reader.country("site")
        _ = try reader.choice("kind", EvidenceKind.self)
        _ = try reader.instant("at")
        _ = try reader.flag("active")
        _ = try reader.count("length")
        _ = try reader.list("list", "a country", limit: 2) { Country($0) }
    }
}
