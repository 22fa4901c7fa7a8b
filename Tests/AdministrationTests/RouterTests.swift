// Proves that a method and a path lead to one declared operation, and that everything else is told apart: no such path,
// another method, a name that nothing can have.
import Testing

@testable import Administration

struct RouterTests {
    private let router = Router(Operations.all)

    @Test(arguments: [
        ("GET", "/api/people", "listPeople"), ("HEAD", "/api/people", "listPeople"),
        ("PUT", "/api/people", "putPeople"), ("GET", "/api/people/p-1", "getPerson"),
        ("GET", "/api/people/a%2Fb", "getPerson"), ("POST", "/api/keys/X/revoke", "revokeKey"),
        ("POST", "/api/terms/accept", "acceptTerms"), ("GET", "/api/ledger/records/D-1/proof", "getProof"),
        ("POST", "/control/alerts", "takeAlert"),
    ])
    func leadsToTheOperation(method: String, path: String, expected: String) {
        guard case .found(let operation, _) = router.match(method, path[...]) else {
            Issue.record("nothing")
            return
        }
        #expect(operation.id == expected)
    }

    @Test(arguments: [
        "/", "/api", "/api/", "/api//people", "/api/people/a/b", "/API/people", "/api/people/%", "/api/%FF",
        "/api/people/%zz", "//api/people", "/api/keys//revoke/x",
    ])
    func otherPathsLeadNowhere(path: String) {
        guard case .nothing = router.match("GET", path[...]) else {
            Issue.record("something")
            return
        }
    }

    @Test func otherMethodsAreTold() {
        guard case .otherMethods(let methods) = router.match("DELETE", "/api/people"[...]) else {
            Issue.record("DELETE is no method of people")
            return
        }
        #expect(methods == ["GET", "HEAD", "PUT"])
    }

    @Test(arguments: [
        ("/api/people/a%2Fb%40c", ["id": "a/b@c"]), ("/api/people/a%20b", [:]), ("/api/people/", [:]),
    ])
    func aPartIsDecodedAndMustBeAName(path: String, expected: [String: String]) {
        guard case .found(let operation, let values) = router.match("GET", path[...]) else {
            Issue.record("nothing")
            return
        }
        #expect(operation.id == "getPerson" && values == expected)
    }
}
