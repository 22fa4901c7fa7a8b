package import Identity
package import Storage
package import Vocabulary

/// The export-control desk's own store, `control/desk.sqlite`: what it has said, in the order in which it said so.
/// Nothing is changed or taken away; the last statement of a person and a class holds. Gateways do not open it: they
/// read the possible classes, which are derived of it and put beside the person.
package final class DeskStore {
    private let database: Database

    package init(path: String, readOnly: Bool = false) throws(StorageError) {
        database = try Database(path: path, readOnly: readOnly)
        guard !readOnly else { return }
        try database.execute(
            """
            CREATE TABLE IF NOT EXISTS statements (
                number INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, class TEXT NOT NULL, answer TEXT NOT NULL,
                at INTEGER NOT NULL, by TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS statements_of_person ON statements (person, class, number);
            CREATE TRIGGER IF NOT EXISTS statements_stay BEFORE UPDATE ON statements BEGIN
                SELECT RAISE(ABORT, 'a statement is not changed; say another');
            END;
            CREATE TRIGGER IF NOT EXISTS statements_remain BEFORE DELETE ON statements BEGIN
                SELECT RAISE(ABORT, 'a statement is not taken away; say another');
            END;
            """)
    }

    package func checkIntegrity() throws(StorageError) { try database.checkIntegrity() }

    /// All of them or none.
    package func say(_ statements: [DeskStatement]) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            for statement in statements {
                try database.run(
                    "INSERT INTO statements (person, class, answer, at, by) VALUES (?, ?, ?, ?, ?)",
                    [
                        .text(statement.person.text), .text(statement.personClass.rawValue),
                        .text(statement.answer.rawValue), .integer(statement.at.nanoseconds), .text(statement.by.text),
                    ])
            }
        }
    }

    /// What holds of a person now: at most one statement a class.
    package func statements(of person: PersonID) throws(StorageError) -> [DeskStatement] {
        try read(
            "SELECT person, class, answer, at, by, max(number) FROM statements WHERE person = ? GROUP BY class "
                + "ORDER BY class", person)
    }

    /// Everything that was ever said of a person, the oldest first.
    package func history(of person: PersonID) throws(StorageError) -> [DeskStatement] {
        try read("SELECT person, class, answer, at, by FROM statements WHERE person = ? ORDER BY number", person)
    }

    private func read(_ sql: String, _ person: PersonID) throws(StorageError) -> [DeskStatement] {
        var statements: [DeskStatement] = []
        try database.query(sql, [.text(person.text)]) { (row) throws(StorageError) in
            statements.append(
                DeskStatement(
                    person: try row.parsed(0) { PersonID($0) },
                    personClass: try row.parsed(1) { PersonClass(rawValue: $0) },
                    answer: try row.parsed(2) { DeskStatement.Answer(rawValue: $0) },
                    at: Instant(nanoseconds: row.integer(3)), by: try row.parsed(4) { PersonID($0) }))
        }
        return statements
    }
}

extension ControlStore {
    /// The classes that a person may be in, as the desk's statements leave them; nothing else about them changes.
    package func put(classes: PossiblePersonClasses, of person: PersonID) throws(StorageError) {
        try change(.person, person.text) { () throws(StorageError) in
            try database.run(
                "UPDATE people SET classes = ? WHERE id = ?",
                [.integer(Int64(classes.rawValue)), .text(person.text)])
        }
    }
}
