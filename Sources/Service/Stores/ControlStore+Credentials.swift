package import Authentication
internal import Crypto
package import Passwords
package import Storage
package import Vocabulary

/// How accounts sign in: passwords, passkeys, and who they are at identity providers. Gateways do not read them: they
/// count as no change.
extension ControlStore {
    // MARK: Passwords

    /// Sets it, or replaces the one that was there.
    package func put(_ password: StoredPassword, of account: AccountID) throws(StorageError) {
        try database.run(
            "INSERT OR REPLACE INTO passwords (account, hash, changed, must_change) VALUES (?, ?, ?, ?)",
            [
                .text(account.text), .text(password.hash.text), .integer(password.changed.nanoseconds),
                .integer(password.mustChange ? 1 : 0),
            ])
    }

    /// The same password, hashed anew at today's cost.
    /// - Parameter old: the hash that was verified. Where another stands by now, the password was changed meanwhile and
    ///   that one stays.
    @discardableResult
    package func rehash(
        _ account: AccountID, from old: PasswordHash, to new: PasswordHash
    ) throws(StorageError) -> Bool {
        try database.run(
            "UPDATE passwords SET hash = ? WHERE account = ? AND hash = ?",
            [.text(new.text), .text(account.text), .text(old.text)]) > 0
    }

    package func password(of account: AccountID) throws(StorageError) -> StoredPassword? {
        var password: StoredPassword?
        try database.query(
            "SELECT hash, changed, must_change FROM passwords WHERE account = ?", [.text(account.text)]
        ) { (row) throws(StorageError) in
            password = StoredPassword(
                hash: try row.parsed(0) { try? PasswordHash($0) }, changed: Instant(nanoseconds: row.integer(1)),
                mustChange: row.integer(2) != 0)
        }
        return password
    }

    // MARK: Passkeys

    /// - Returns: false, with nothing done, where a passkey of this id is registered already, of whatever account
    ///   (WebAuthn level 2 section 7.1, step 22).
    package func add(_ stored: StoredPasskey) throws(StorageError) -> Bool {
        let passkey = stored.passkey
        return try database.run(
            "INSERT OR IGNORE INTO passkeys (id, account, name, user_handle, key, algorithm, model, counter, "
                + "can_be_backed_up, backed_up, created, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .blob(passkey.id), .text(stored.account.text), .text(stored.name), .blob(passkey.userHandle),
                .blob(passkey.key.subjectPublicKeyInfo), .text(passkey.algorithm.rawValue), .blob(passkey.model),
                .integer(Int64(passkey.counter)), .integer(passkey.canBeBackedUp ? 1 : 0),
                .integer(passkey.isBackedUp ? 1 : 0), .integer(passkey.created.nanoseconds),
                ControlStore.time(stored.used),
            ]) > 0
    }

    /// Keeps what an assertion changed.
    ///
    /// INVARIANT: a counter only rises, also when two assertions are judged at once by the same stored passkey.
    /// - Returns: false, with nothing done, where the counter that is stored by now is not lower, or the passkey was
    ///   removed: the assertion then counts for nothing.
    package func noteUse(of passkey: Passkey, at now: Instant) throws(StorageError) -> Bool {
        let counter = SQLValue.integer(Int64(passkey.counter))
        return try database.run(
            "UPDATE passkeys SET counter = ?, backed_up = ?, used = ? "
                + "WHERE id = ? AND (counter < ? OR counter = 0 AND ? = 0)",
            [
                counter, .integer(passkey.isBackedUp ? 1 : 0), .integer(now.nanoseconds), .blob(passkey.id), counter,
                counter,
            ]) > 0
    }

    /// - Returns: whether the account had it.
    package func remove(passkey id: [UInt8], of account: AccountID) throws(StorageError) -> Bool {
        try database.run("DELETE FROM passkeys WHERE id = ? AND account = ?", [.blob(id), .text(account.text)]) > 0
    }

    package func passkey(_ id: [UInt8]) throws(StorageError) -> StoredPasskey? {
        try passkeys("id = ?", .blob(id)).first
    }

    /// In the order of their making.
    package func passkeys(of account: AccountID) throws(StorageError) -> [StoredPasskey] {
        try passkeys("account = ?", .text(account.text))
    }

    private func passkeys(_ condition: String, _ value: SQLValue) throws(StorageError) -> [StoredPasskey] {
        var passkeys: [StoredPasskey] = []
        let sql =
            "SELECT id, account, name, user_handle, key, algorithm, model, counter, can_be_backed_up, backed_up, created, "
            + "used FROM passkeys WHERE " + condition + " ORDER BY created, id"
        try database.query(sql, [value]) { (row) throws(StorageError) in
            guard let key = try? VerificationKey(subjectPublicKeyInfo: row.blob(4)) else {
                throw .damaged(table: "passkeys", column: "key")
            }
            let passkey = Passkey(
                id: row.blob(0), userHandle: row.blob(3), key: key,
                algorithm: try row.parsed(5) { SignatureAlgorithm(rawValue: $0) }, model: row.blob(6),
                counter: UInt32(clamping: row.integer(7)), canBeBackedUp: row.integer(8) != 0,
                isBackedUp: row.integer(9) != 0, created: Instant(nanoseconds: row.integer(10)))
            passkeys.append(
                StoredPasskey(
                    passkey: passkey, account: try row.parsed(1) { AccountID($0) }, name: row.text(2),
                    used: row.optionalInteger(11).map { Instant(nanoseconds: $0) }))
        }
        return passkeys
    }

    // MARK: Identity providers

    /// Has a provider's subject sign in to this account.
    /// - Returns: false, with nothing done, where it is another account's: a subject moves only by being unbound first.
    package func bind(
        issuer: String, subject: String, to account: AccountID, at now: Instant
    ) throws(StorageError) -> Bool {
        try database.transaction { () throws(StorageError) -> Bool in
            if let bound = try self.account(issuer: issuer, subject: subject) { return bound == account }
            try database.run(
                "INSERT INTO provider_subjects (issuer, subject, account, created) VALUES (?, ?, ?, ?)",
                [.text(issuer), .text(subject), .text(account.text), .integer(now.nanoseconds)])
            return true
        }
    }

    /// - Returns: whether it was this account's.
    package func unbind(issuer: String, subject: String, from account: AccountID) throws(StorageError) -> Bool {
        try database.run(
            "DELETE FROM provider_subjects WHERE issuer = ? AND subject = ? AND account = ?",
            [.text(issuer), .text(subject), .text(account.text)]) > 0
    }

    /// Whose a provider's subject is; compared byte by byte, as OpenID Connect Core section 2 has `sub`.
    package func account(issuer: String, subject: String) throws(StorageError) -> AccountID? {
        var account: AccountID?
        try database.query(
            "SELECT account FROM provider_subjects WHERE issuer = ? AND subject = ?", [.text(issuer), .text(subject)]
        ) { (row) throws(StorageError) in account = try row.parsed(0) { AccountID($0) } }
        return account
    }

    // MARK: All of them

    /// Leaves the account without any way to sign in, before it is given a new one.
    package func removeCredentials(of account: AccountID) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            for table in ["passwords", "passkeys", "provider_subjects"] {
                try database.run("DELETE FROM \(table) WHERE account = ?", [.text(account.text)])
            }
        }
    }
}
