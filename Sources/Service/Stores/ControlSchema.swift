internal import Storage

/// The control store's tables. A migration is never changed once it has shipped; a new one is added behind it.
enum ControlSchema {
    static let migrations: [String] = [
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE changes (
            revision INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL);
        CREATE TABLE people (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL, entity TEXT NOT NULL, site TEXT,
            classes INTEGER NOT NULL, roles TEXT NOT NULL, designations TEXT NOT NULL, active INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE accounts (
            id TEXT PRIMARY KEY, person TEXT, accountable TEXT NOT NULL, active INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE keys (
            id TEXT PRIMARY KEY, digest BLOB NOT NULL, account TEXT NOT NULL, use_case TEXT NOT NULL, models TEXT, label TEXT,
            owner TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER, revoked INTEGER, accepted_terms TEXT) WITHOUT ROWID;
        CREATE TABLE terms (date TEXT PRIMARY KEY, digest BLOB NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE sources (
            id TEXT PRIMARY KEY, digest BLOB NOT NULL, kinds TEXT NOT NULL, active INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE evidence (
            person TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, hop TEXT NOT NULL, id TEXT NOT NULL, country TEXT,
            observed INTEGER NOT NULL, until INTEGER, anonymizer INTEGER NOT NULL,
            network TEXT NOT NULL,
            PRIMARY KEY (person, kind, source, hop)) WITHOUT ROWID;
        CREATE TABLE alerts (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, person TEXT, detail TEXT NOT NULL);
        """
    ]

    static func migrate(_ database: Database) throws(StorageError) {
        var version: Int64 = 0
        try database.query("PRAGMA user_version") { row in version = row.integer(0) }
        guard version <= migrations.count else { throw .newerSchema(found: version, known: Int64(migrations.count)) }
        for index in Int(version)..<migrations.count {
            try database.transaction { () throws(StorageError) in
                try database.execute(migrations[index])
                try database.execute("PRAGMA user_version = \(index + 1)")
            }
        }
    }
}
