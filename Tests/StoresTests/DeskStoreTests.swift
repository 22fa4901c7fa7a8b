// Proves that the export-control desk's statements stay, that the last of each class holds, and what the engine gets of
// them.
import Bytes
import Crypto
import Files
import Identity
import Storage
import Testing
import Vocabulary

@testable import Stores

struct DeskStoreTests {
    private static let now = Instant(seconds: 1_000)

    private static func statement(
        _ personClass: PersonClass, _ answer: DeskStatement.Answer, _ person: PersonID = PersonID("chan")
    ) -> DeskStatement {
        DeskStatement(person: person, personClass: personClass, answer: answer, at: now, by: PersonID("desk"))
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/portcullis-desk-" + Hex.encode(SecureRandom.bytes(6))
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        try body(folder)
    }

    @Test func theLastStatementHoldsAndAllStay() throws {
        try withFolder { folder in
            let desk = try DeskStore(path: folder + "/desk.sqlite")
            let said: [DeskStatement] = [
                Self.statement(.usPerson, .unknown), Self.statement(.usPerson, .yes), Self.statement(.foreign, .no),
                Self.statement(.usPerson, .no),
            ]
            for statement in said { try desk.say([statement]) }
            try desk.say([Self.statement(.foreign, .yes, PersonID("lee"))])
            #expect(try desk.history(of: PersonID("chan")) == said)
            #expect(try desk.statements(of: PersonID("chan")) == [said[2], said[3]])
            #expect(try desk.statements(of: PersonID("nobody")) == [])
            // Also past this program.
            let other = try Database(path: folder + "/desk.sqlite")
            #expect(throws: StorageError.self) { try other.run("UPDATE statements SET answer = 'yes'") }
            #expect(throws: StorageError.self) { try other.run("DELETE FROM statements") }
            #expect(try DeskStore(path: folder + "/desk.sqlite").history(of: PersonID("chan")) == said)
        }
    }

    static let possible: [([(PersonClass, DeskStatement.Answer)], PossiblePersonClasses)] = [
        ([], .unknown), ([(.usPerson, .unknown)], .unknown), ([(.usPerson, .yes)], .usPerson),
        ([(.usPerson, .no)], .foreign), ([(.foreign, .yes)], .foreign), ([(.foreign, .no)], .usPerson),
        ([(.usPerson, .yes), (.foreign, .unknown)], .usPerson), ([(.usPerson, .yes), (.foreign, .no)], .usPerson),
        // They contradict each other: nobody knows.
        ([(.usPerson, .yes), (.foreign, .yes)], .unknown), ([(.usPerson, .no), (.foreign, .no)], .unknown),
    ]

    @Test(arguments: possible.indices)
    func theEngineGetsPossibleClasses(index: Int) {
        let (said, classes) = DeskStoreTests.possible[index]
        #expect(PossiblePersonClasses(said.map { DeskStoreTests.statement($0.0, $0.1) }) == classes)
    }

    @Test func onlyTheClassesChange() throws {
        try withFolder { folder in
            let store = try ControlStore(path: folder + "/control.sqlite")
            var person = Person(
                id: PersonID("chan"), name: "N", title: "T", entity: EntityID("e"), site: nil, classes: .unknown,
                roles: [.employee])
            try store.put(person)
            let before = try store.revision()
            try store.put(classes: .foreign, of: PersonID("chan"))
            person.classes = .foreign
            #expect(try store.people() == [person])
            #expect(try store.changes(after: before).map(\.kind) == [.person])
        }
    }
}
