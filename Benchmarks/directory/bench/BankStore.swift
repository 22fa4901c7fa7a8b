import Bytes
import Crypto
import Files
import Identity
import Storage
import Stores
import Vocabulary

/// A control store with as many people, each with an account, and keys and sessions spread over them. Written in one
/// transaction past the store's own calls, which would flush after each row.
struct BankStore {
    let folder: String
    var path: String { folder + "/control.sqlite" }
    private var tokens: String { folder + "/tokens" }
    static let pepper = SecretBytes([UInt8](repeating: 9, count: 32))
    static let now = Instant(seconds: 1_800_000_000)
    /// Tokens that are kept to present them: the checks go all over the rows.
    private static let kept = 20_000

    func fill(people: Int, keys: Int, sessions: Int) throws {
        let store = try ControlStore(path: path)
        try store.publishTerms(date: "2026-01-01", digest: .zero, text: "terms")
        let database = try Database(path: path)
        let hmac = HMAC(key: BankStore.pepper)
        var kept: [String] = []
        try database.transaction { () throws(StorageError) in
            for number in 0..<people { try add(person: number, to: database) }
            for number in 0..<keys {
                guard let text = KeyText(random: SecureRandom.bytes(128)) else { continue }
                try add(text, text.digest(under: hmac), person: number % people, to: database)
                if number % max(1, keys / BankStore.kept) == 0 { kept.append(text.reveal()) }
            }
            for number in 0..<sessions {
                guard let text = SessionText(random: SecureRandom.bytes(128)) else { continue }
                try add(text, text.digest(under: hmac), person: number % people, to: database)
                if number % max(1, sessions / BankStore.kept) == 0 { kept.append(text.reveal()) }
            }
        }
        try WholeFile.replace(tokens, Array(kept.joined(separator: "\n").utf8))
    }

    /// In an order that has nothing to do with that of the rows.
    func presented() throws -> [BearerText] {
        let text = String(decoding: try WholeFile.read(tokens, limit: 16 << 20), as: UTF8.self)
        return try text.split(separator: "\n").shuffled().map { try BearerText(SecretBytes(Array($0.utf8))) }
    }

    private func add(person number: Int, to database: Database) throws(StorageError) {
        let roles = number % 10 == 0 ? "employee,engineer" : "employee"
        try database.run(
            "INSERT INTO people (id, name, title, entity, site, classes, roles, designations, active) "
                + "VALUES (?, ?, ?, ?, ?, 3, ?, ?, 1)",
            [
                .text("u\(1_000_000 + number)@meridian.example"), .text("Given Family-Name \(number)"),
                .text("Vice President, Department \(number % 700)"), .text("meridian-\(number % 60)"),
                .text(["GB", "HK", "US", "SG", "CN"][number % 5]), .text(roles),
                .text(number % 50 == 0 ? "broker_dealer" : ""),
            ])
        try database.run(
            "INSERT INTO accounts (id, person, accountable, active) VALUES (?, ?, ?, 1)",
            [
                .text("a\(1_000_000 + number)@meridian.example"), .text("u\(1_000_000 + number)@meridian.example"),
                .text("u\(1_000_000 + number)@meridian.example"),
            ])
    }

    private func add(
        _ text: KeyText, _ digest: Digest, person: Int, to database: Database
    ) throws(StorageError) {
        try database.run(
            "INSERT INTO keys (id, digest, account, use_case, models, label, owner, created, expires, revoked, accepted_terms) "
                + "VALUES (?, ?, ?, ?, NULL, NULL, ?, ?, ?, NULL, '2026-01-01')",
            [
                .text(text.id.text), .blob(digest.bytes), .text("a\(1_000_000 + person)@meridian.example"),
                .text("use-case-\(person % 40)"), .text("u\(1_000_000 + person)@meridian.example"),
                .integer(BankStore.now.nanoseconds), .integer(BankStore.now.adding(seconds: 86_400 * 365).nanoseconds),
            ])
    }

    private func add(
        _ text: SessionText, _ digest: Digest, person: Int, to database: Database
    ) throws(StorageError) {
        let now = BankStore.now.nanoseconds
        try database.run(
            "INSERT INTO sessions (id, digest, account, created, expires, idle_seconds, seen, authenticated, methods, "
                + "accepted_terms) VALUES (?, ?, ?, ?, ?, 3600, ?, ?, 'passkey', '2026-01-01')",
            [
                .text(text.id.text), .blob(digest.bytes), .text("a\(1_000_000 + person)@meridian.example"),
                .integer(now), .integer(BankStore.now.adding(seconds: 40_000).nanoseconds), .integer(now),
                .integer(now),
            ])
    }
}
