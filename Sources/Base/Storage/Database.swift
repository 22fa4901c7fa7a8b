internal import CSQLite

/// A value as SQLite stores it.
package enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// One row, readable inside the closure that receives it.
package struct SQLRow {
    fileprivate let statement: OpaquePointer
    fileprivate let table: String

    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    package func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(statement, column) else { return "" }
        return String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))),
            as: UTF8.self)
    }

    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
    package func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    package func blob(_ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// Unwraps what was made of a column's text, or says where the store is damaged.
    package func parsed<Value>(_ column: Int32, _ make: (String) -> Value?) throws(StorageError) -> Value {
        guard let value = make(text(column)) else {
            throw .damaged(table: table, column: String(cString: sqlite3_column_name(statement, column)))
        }
        return value
    }
}

/// One connection to an SQLite file (WAL, synchronous=FULL). Belongs to one thread at a time; statements are prepared
/// once and kept.
package final class Database {
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]
    /// LIMIT: milliseconds that a writer waits for another.
    private static let busyMilliseconds: Int32 = 5000

    package init(path: String, readOnly: Bool = false) throws(StorageError) {
        var handle: OpaquePointer?
        let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else { throw .database(operation: "open \(path)", code: code, message: "no memory") }
        self.handle = handle
        guard code == SQLITE_OK else { throw failure("open \(path)", code) }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Database.busyMilliseconds)
        if !readOnly {
            try execute("PRAGMA journal_mode=WAL")
            try execute("PRAGMA synchronous=FULL")
            try execute("PRAGMA foreign_keys=ON")
        }
    }

    /// A copy of the whole database as of now, while others read and write it. The file must not be there yet.
    package func copy(to path: String) throws(StorageError) { try query("VACUUM INTO ?", [.text(path)]) { _ in } }

    /// Throws when pages or indices are damaged (PRAGMA quick_check).
    package func checkIntegrity() throws(StorageError) {
        var found: [String] = []
        try query("PRAGMA quick_check(1)") { row in found.append(row.text(0)) }
        guard found == ["ok"] else {
            throw .database(operation: "check itself", code: SQLITE_CORRUPT, message: found.first ?? "no answer")
        }
    }

    /// Statements without values or results, several at once.
    package func execute(_ sql: String) throws(StorageError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure("execute", code) }
    }

    /// One statement; returns the number of rows it changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(StorageError) -> Int {
        try query(sql, values) { _ in }
        return Int(sqlite3_changes(handle))
    }

    /// One statement; `each` sees every row.
    package func query(
        _ sql: String, _ values: [SQLValue] = [], _ each: (SQLRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() { bind(statement, Int32(index + 1), value) }
        let table =
            sql.split(separator: " ").drop { $0.uppercased() != "FROM" }.dropFirst().first.map { String($0) }
            ?? "a table"
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try each(SQLRow(statement: statement, table: table))
            case SQLITE_DONE: return
            case let code: throw failure("run a statement", code)
            }
        }
    }

    /// All of `body` or nothing of it. Inside of another it is a part of that one.
    package func transaction<Result>(_ body: () throws(StorageError) -> Result) throws(StorageError) -> Result {
        guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
        try execute("BEGIN IMMEDIATE")
        do throws(StorageError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // The transaction may have ended by itself; the first error is the one to tell.
            _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    private func prepared(_ sql: String) throws(StorageError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure("prepare", code) }
        statements[sql] = statement
        return statement
    }

    private func bind(_ statement: OpaquePointer, _ index: Int32, _ value: SQLValue) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .text(let text):
            _ = text.withCString { portcullis_bind_text(statement, index, $0, Int32(text.utf8.count)) }
        case .blob(let bytes):
            _ = bytes.withUnsafeBytes { portcullis_bind_blob(statement, index, $0.baseAddress, Int32(bytes.count)) }
        }
    }

    private func failure(_ operation: String, _ code: Int32) -> StorageError {
        .database(operation: operation, code: code, message: String(cString: sqlite3_errmsg(handle)))
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }
}
