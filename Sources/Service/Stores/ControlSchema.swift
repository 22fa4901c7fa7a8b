internal import Storage

/// The control store's tables. A migration is never changed once it has shipped; a new one is added behind it.
///
/// `PRAGMA user_version` is the major number times 65,536 plus the number of migrations done. A migration that adds
/// (tables, columns with a default) leaves the major number alone: a program that does not know it goes on using the
/// store, so that an upgrade can be taken back. One that changes what is there raises the major number, and programs of
/// before refuse the store.
///
/// INVARIANT: statements name their columns, so that a column which a later version added does no harm.
enum ControlSchema {
    /// Raised together with a migration that older programs could not live with.
    private static let major: Int64 = 0

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
        """,
        // Lists by pages and filters, and calls that are made once. `person_roles` follows `people` by itself, whoever
        // writes there; REPLACE fires no trigger for the row that goes (SQLite, CREATE TRIGGER), hence BEFORE INSERT.
        // The columns of its key stand first: otherwise SQLite 3.40, when it checks itself, finds a NULL in the others
        // that is not there.
        """
        CREATE TABLE person_roles (
            role TEXT NOT NULL, person TEXT NOT NULL, entity TEXT NOT NULL, PRIMARY KEY (role, person)) WITHOUT ROWID;
        CREATE INDEX person_roles_by_entity ON person_roles (role, entity, person);
        CREATE INDEX person_roles_by_person ON person_roles (person);
        CREATE TRIGGER people_are_replaced BEFORE INSERT ON people BEGIN
            DELETE FROM person_roles WHERE person = new.id;
        END;
        CREATE TRIGGER people_get_roles AFTER INSERT ON people WHEN new.roles <> '' BEGIN
            INSERT OR IGNORE INTO person_roles (role, entity, person) SELECT value, new.entity, new.id
            FROM json_each('["' || replace(new.roles, ',', '","') || '"]');
        END;
        CREATE TRIGGER people_change AFTER UPDATE OF id, entity, roles ON people BEGIN
            DELETE FROM person_roles WHERE person IN (old.id, new.id);
            INSERT OR IGNORE INTO person_roles (role, entity, person) SELECT value, new.entity, new.id
            FROM json_each(CASE new.roles WHEN '' THEN '[]' ELSE '["' || replace(new.roles, ',', '","') || '"]' END);
        END;
        CREATE TRIGGER people_go AFTER DELETE ON people BEGIN
            DELETE FROM person_roles WHERE person = old.id;
        END;
        INSERT OR IGNORE INTO person_roles (role, entity, person) SELECT json_each.value, people.entity, people.id
            FROM people, json_each('["' || replace(people.roles, ',', '","') || '"]') WHERE people.roles <> '';
        CREATE INDEX people_by_entity ON people (entity, id);
        CREATE INDEX people_by_activity ON people (active, id);
        CREATE INDEX people_by_name ON people (name COLLATE NOCASE, id);
        CREATE INDEX accounts_by_person ON accounts (person, id);
        CREATE INDEX accounts_of_services ON accounts (id, accountable) WHERE person IS NULL;
        CREATE INDEX keys_by_account ON keys (account, id);
        CREATE INDEX keys_by_owner ON keys (owner, id);
        CREATE INDEX keys_revoked ON keys (id) WHERE revoked IS NOT NULL;
        CREATE INDEX keys_by_end ON keys (id, expires) WHERE expires IS NOT NULL;
        CREATE INDEX alerts_by_kind ON alerts (kind, id);
        CREATE INDEX alerts_by_person ON alerts (person, id);
        CREATE TABLE idempotency (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, request BLOB NOT NULL, at INTEGER NOT NULL,
            status INTEGER, answer BLOB);
        CREATE INDEX idempotency_by_time ON idempotency (at);
        """,
        """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY, digest BLOB NOT NULL, account TEXT NOT NULL, created INTEGER NOT NULL,
            expires INTEGER NOT NULL, idle_seconds INTEGER NOT NULL, seen INTEGER NOT NULL, authenticated INTEGER NOT NULL,
            methods TEXT NOT NULL, revoked INTEGER, accepted_terms TEXT) WITHOUT ROWID;
        CREATE INDEX sessions_of_account ON sessions (account);
        CREATE INDEX sessions_by_end ON sessions (expires);
        CREATE TABLE delegations (
            id TEXT PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, entity TEXT NOT NULL, starts INTEGER NOT NULL,
            ends INTEGER NOT NULL, given_by TEXT NOT NULL, revoked INTEGER) WITHOUT ROWID;
        CREATE INDEX delegations_of_person ON delegations (person);
        """,
        // Acts put to signature. `content` is what is signed, `digest` its SHA-256; `settled` when its end was told.
        """
        CREATE TABLE approvals (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, act TEXT NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL,
            person TEXT, account TEXT, peer INTEGER, proposed INTEGER NOT NULL, expires INTEGER NOT NULL, deadline INTEGER,
            withdrawn INTEGER, used INTEGER, settled INTEGER);
        CREATE INDEX approvals_by_digest ON approvals (digest);
        CREATE INDEX approvals_unsettled ON approvals (expires) WHERE settled IS NULL;
        CREATE TABLE approval_signatures (
            approval TEXT NOT NULL, person TEXT NOT NULL, account TEXT NOT NULL, at INTEGER NOT NULL, method TEXT NOT NULL,
            credential TEXT, proved INTEGER, assertion BLOB, PRIMARY KEY (approval, person)) WITHOUT ROWID;
        """,
        // How accounts sign in. `key` of a passkey is its SubjectPublicKeyInfo in DER.
        """
        CREATE TABLE passwords (
            account TEXT PRIMARY KEY, hash TEXT NOT NULL, changed INTEGER NOT NULL, must_change INTEGER NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE passkeys (
            id BLOB PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, user_handle BLOB NOT NULL, key BLOB NOT NULL,
            algorithm TEXT NOT NULL, model BLOB NOT NULL, counter INTEGER NOT NULL, can_be_backed_up INTEGER NOT NULL,
            backed_up INTEGER NOT NULL, created INTEGER NOT NULL, used INTEGER) WITHOUT ROWID;
        CREATE INDEX passkeys_of_account ON passkeys (account);
        CREATE TABLE provider_subjects (
            issuer TEXT NOT NULL, subject TEXT NOT NULL, account TEXT NOT NULL, created INTEGER NOT NULL,
            PRIMARY KEY (issuer, subject)) WITHOUT ROWID;
        CREATE INDEX provider_subjects_of_account ON provider_subjects (account);
        """,
    ]

    static func migrate(_ database: Database) throws(StorageError) {
        var version: Int64 = 0
        try database.query("PRAGMA user_version") { row in version = row.integer(0) }
        let known = major << 16 + Int64(migrations.count)
        guard version >> 16 <= major else { throw .newerSchema(found: version, known: known) }
        let done = Int(version & 0xFFFF)
        guard done < migrations.count else { return }
        for index in done..<migrations.count {
            try database.transaction { () throws(StorageError) in
                try database.execute(migrations[index])
                try database.execute("PRAGMA user_version = \(major << 16 + Int64(index + 1))")
            }
        }
    }
}
