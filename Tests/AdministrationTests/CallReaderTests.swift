// Proves that queries, heads and conditions are read as RFC 3986 and RFC 9110 have them, and that a page goes on where
// the one before ended.
import HTTP
import Testing

@testable import Administration

struct CallReaderTests {
    private func operation(_ id: String) throws -> Operation {
        try #require(Operations.all.first { $0.id == id })
    }

    private func head(_ fields: String, method: String = "GET") throws -> RequestHead {
        let text = "\(method) /api/people HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
        return try Array(text.utf8).withUnsafeBytes { try RequestHead.parse($0) }
    }

    private func code(_ body: () throws(Problem) -> Void) -> ProblemCode? {
        do throws(Problem) { try body() } catch { return error.code }
        return nil
    }

    @Test(arguments: [
        ("", [:]), ("limit=5", ["limit": "5"]), ("q=a+b%26&active=true", ["q": "a b&", "active": "true"]),
        ("q=%E4%BF%A1&&", ["q": "信"]),
    ])
    func queriesAreDecoded(text: String, expected: [String: String]) throws {
        #expect(try CallReader.query(text[...], try operation("listPeople")) == expected)
    }

    @Test(arguments: [
        ("limit", "limit"), ("limit=", "limit"), ("limit=0", "limit"), ("limit=+5", "limit"),
        ("limit=5&limit=5", "limit"), ("colour=red", "query"), ("q=%", "query"), ("q=%FF", "query"), ("q=", "q"),
        ("q=%01", "q"), ("active=1", "active"), ("entity=a%20b", "entity"), ("%6Cimit=x", "limit"),
        (String(repeating: "q=x&", count: 40), "query"),
    ])
    func badQueriesNameTheParameter(text: String, field: String) throws {
        let operation = try operation("listPeople")
        let problem = #expect(throws: Problem.self) { _ = try CallReader.query(text[...], operation) }
        #expect(problem?.field == field)
    }

    @Test(
        arguments: [
            ("Accept: */*\r\n", nil), ("Accept: application/json\r\n", nil), ("Accept: \r\n", nil),
            ("Accept: text/html, application/*;q=0.5\r\n", nil), ("Accept: text/html\r\n", .notAcceptable),
            ("Accept: application/json;q=0\r\n", .notAcceptable), ("Accept: application/json;q=0.001\r\n", nil),
            ("Accept: application/json; q=0.000\r\n", .notAcceptable),
            ("Content-Length: 2\r\nContent-Type: application/json\r\n", .badField),
        ] as [(String, ProblemCode?)])
    func headsOfReadingCalls(fields: String, expected: ProblemCode?) throws {
        let (head, operation) = (try head(fields), try operation("listPeople"))
        #expect(code { () throws(Problem) in try CallReader.checkHead(of: head, operation) } == expected)
    }

    @Test(
        arguments: [
            ("Content-Length: 2\r\nContent-Type: application/json\r\n", nil),
            ("Content-Length: 2\r\nContent-Type: Application/JSON; charset=utf-8\r\n", nil),
            ("Content-Length: 2\r\n", .unsupportedMediaType),
            ("Content-Length: 2\r\nContent-Type: text/json\r\n", .unsupportedMediaType),
            (
                "Content-Length: 2\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n",
                .unsupportedMediaType
            ),
            ("Content-Length: 16777217\r\nContent-Type: application/json\r\n", .tooLarge),
            ("Content-Length: 16777216\r\nContent-Type: application/json\r\n", nil),
        ] as [(String, ProblemCode?)])
    func headsOfWritingCalls(fields: String, expected: ProblemCode?) throws {
        let (head, operation) = (try head(fields, method: "PUT"), try operation("putPeople"))
        #expect(code { () throws(Problem) in try CallReader.checkHead(of: head, operation) } == expected)
    }

    // MARK: Versions

    @Test(
        arguments: [
            // Making.
            ("", false, nil), ("If-None-Match: *\r\n", false, nil), ("If-Match: *\r\n", false, .preconditionFailed),
            // Replacing.
            ("", true, .exists), ("If-None-Match: *\r\n", true, .preconditionFailed), ("If-Match: *\r\n", true, nil),
            ("If-Match: \"x\"\r\n", true, .preconditionFailed), ("If-Match: TAG\r\n", true, nil),
            ("If-Match: \"x\", TAG\r\n", true, nil), ("If-Match: \"x\"\r\nIf-Match: TAG\r\n", true, nil),
            ("If-Match: W/TAG\r\n", true, .preconditionFailed), ("If-None-Match: \"x\"\r\n", true, .exists),
        ] as [(String, Bool, ProblemCode?)])
    func aReplacementNamesWhatItReplaces(fields: String, isThere: Bool, expected: ProblemCode?) throws {
        let tag = EntityTag(of: Array("thing".utf8))
        let text = fields.split(separator: "TAG", omittingEmptySubsequences: false).joined(separator: tag.text)
        let conditions = EntityTag.Conditions(try head(text).fields)
        #expect(code { () throws(Problem) in try conditions.mayReplace(isThere ? tag : nil) } == expected)
    }

    // MARK: Pages

    @Test(arguments: [1, 2, 3, 6, 7, 8, 500])
    func pagesOfTextsCoverTheList(limit: Int) {
        let all = ["a", "b", "b/c", "ba", "p-1", "p-10", "p-2"]
        var (seen, next): ([String], String?) = ([], nil)
        repeat {
            let page = Page(of: all, PageRequest(limit: limit, after: next), key: { $0 })
            #expect(page.items.count <= limit && !page.items.isEmpty)
            seen += page.items
            next = page.next
            if let next { #expect(TextShape.position.accepts(next)) }
        } while next != nil
        #expect(seen == all)
    }

    @Test(arguments: [0, 1, 255, 256, Int64.max])
    func aNumberIsItsOwnPlace(number: Int64) {
        let page = Page([number, 0], PageRequest(limit: 1, after: nil), number: { $0 })
        #expect(PageRequest(limit: 1, after: page.next).afterNumber == number)
    }

    @Test func anyPositionIsAPlace() {
        #expect(PageRequest(limit: nil, after: "ff").afterText == "\u{FFFD}")
        #expect(PageRequest(limit: nil, after: String(repeating: "ff", count: 9)).afterNumber == Int64.max)
        #expect(PageRequest(limit: 9_999, after: nil).limit == PageRequest.largest)
    }
}
