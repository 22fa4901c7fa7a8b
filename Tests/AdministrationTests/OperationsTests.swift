// Proves that the table of operations is whole: each has a name and a path of its own, asks for a right unless it is
// one of the few that do not, and stands in the document.
import JSON
import Testing

@testable import Administration

struct OperationsTests {
    @Test func namesAndPathsAreTheirOwn() {
        let operations = Operations.all
        #expect(Set(operations.map(\.id)).count == operations.count)
        #expect(Set(operations.map { "\($0.method.rawValue) \($0.path)" }).count == operations.count)
        for operation in operations {
            let names = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                $0.dropFirst().dropLast()
            }
            #expect(operation.place.map { $0.name[...] } == names, "\(operation.id)")
            #expect(Set(operation.query.map(\.name)).count == operation.query.count, "\(operation.id)")
        }
    }

    /// Whoever adds an operation that needs no right adds it here, too, and says why it needs none.
    @Test func fewNeedNoRight() {
        var open: Set<String> = []
        for operation in Operations.all {
            switch operation.access {
            case .right, .rightOrOwn: break
            case .anyone, .anybody, .ownKey, .installation: open.insert(operation.id)
            }
        }
        #expect(
            open == [
                // Says nothing of this installation.
                "getDescription",
                // About whoever calls, and what everybody is told.
                "getCaller", "listModels", "getTerms",
                // The key itself decides.
                "acceptTerms", "takeEvidence",
                // The sign-off matrix decides, by the person's roles and delegations.
                "signApproval", "retractSignature", "withdrawApproval", "signReopening",
                // Programs of the installation.
                "takeAlert",
            ])
    }

    @Test func whateverChangesThingsMayBeUnrecordable() {
        for operation in Operations.all {
            if operation.method == .get {
                #expect(!operation.isIdempotent)
                if case .none = operation.body {} else { Issue.record("\(operation.id) takes a body") }
            } else {
                #expect(operation.problems.contains(.notRecordable), "\(operation.id)")
            }
        }
    }

    @Test func theDocumentHasThePublishedOnes() throws {
        let document = OpenAPIDocument(operations: Operations.published, version: "1").json
        var parser = JSONParser()
        #expect(try parser.parse(document).root["openapi"]?.string == "3.1.0")
        let text = String(decoding: document, as: UTF8.self)
        for operation in Operations.published { #expect(text.contains("\"operationId\":\"\(operation.id)\"")) }
        for operation in Operations.ofTheInstallation { #expect(!text.contains(operation.path)) }
    }

    @Test(arguments: ProblemCode.allCases)
    func aCodeHasAStatusAndATitle(code: ProblemCode) throws {
        var parser = JSONParser()
        let problem = try parser.parse(Problem(code, field: "a", "b").body(instance: "/api/x")).root
        #expect(problem["status"]?.integer == Int64(code.status) && (400...599).contains(code.status))
        #expect(problem["code"]?.string == code.rawValue && problem["title"]?.string == code.title)
        #expect(code.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F })
    }
}
