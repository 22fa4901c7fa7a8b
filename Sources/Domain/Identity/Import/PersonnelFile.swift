package import Vocabulary

/// What a personnel system says: one row a person.
///
///     id,name,entity,title,site,roles,designations,active,accounts
///     p-1,Amara Okafor,meridian-uk,Director,GB,employee;engineer,,yes,a-1;a-1-laptop
///
/// `id`, `name` and `entity` must be there, in any order; what a file has no column for stays as it is. Lists have
/// semicolons between their items. There is no column for person classes: they are the export-control desk's.
package struct PersonnelFile: Sendable {
    package enum Column: String, CaseIterable, Sendable {
        case id
        case name
        case entity
        case title
        case site
        case roles
        case designations
        case active
        case accounts
    }

    package struct Row: Equatable, Sendable {
        package var line: Int
        package var id: PersonID
        var name: String
        var entity: EntityID
        /// Nil where the file has no column.
        var title: String?
        var site: Country??
        var roles: Set<Role>?
        var designations: Set<String>?
        var isActive: Bool?
        var accounts: [AccountID]?
    }

    /// A line that cannot be taken over, and what mends it.
    package struct Refusal: Error, Equatable, Sendable {
        package var line: Int
        package var problem: String

        package init(line: Int, problem: String) {
            self.line = line
            self.problem = problem
        }
    }

    /// LIMIT: bytes of a file.
    package static let longest = CSVReader.longest

    package private(set) var rows: [Row] = []
    package private(set) var refused: [Refusal] = []

    /// Throws when the file cannot be read as a whole; single lines that are wrong are in `refused`.
    package init(_ bytes: [UInt8]) throws(Refusal) {
        do throws(CSVReader.Fault) {
            var reader = try CSVReader(bytes)
            guard let head = try reader.next() else {
                throw CSVReader.Fault(line: 1, problem: "the file is empty; the first line names the columns")
            }
            let columns = try PersonnelFile.columns(head)
            var lines: [PersonID: Int] = [:]
            while let record = try reader.next() {
                do throws(Refusal) {
                    let row = try PersonnelFile.row(record, columns)
                    if let first = lines[row.id] {
                        throw Refusal(line: row.line, problem: "id: \(row.id) stands in line \(first) already")
                    }
                    lines[row.id] = row.line
                    rows.append(row)
                } catch { refused.append(error) }
            }
        } catch { throw Refusal(line: error.line, problem: error.problem) }
    }

    private static func columns(_ head: CSVReader.Record) throws(CSVReader.Fault) -> [Column: Int] {
        var columns: [Column: Int] = [:]
        for (place, name) in head.fields.enumerated() {
            guard let column = Column(rawValue: name) else {
                let known = Column.allCases.map(\.rawValue).joined(separator: ", ")
                throw CSVReader.Fault(line: head.line, problem: "there is no column \(name); known are \(known)")
            }
            guard columns[column] == nil else {
                throw CSVReader.Fault(line: head.line, problem: "the column \(name) stands twice")
            }
            columns[column] = place
        }
        for column in [Column.id, .name, .entity] where columns[column] == nil {
            throw CSVReader.Fault(line: head.line, problem: "the column \(column.rawValue) is missing")
        }
        return columns
    }

    private static func row(_ record: CSVReader.Record, _ columns: [Column: Int]) throws(Refusal) -> Row {
        guard record.fields.count == columns.count else {
            throw Refusal(
                line: record.line, problem: "expected \(columns.count) fields, found \(record.fields.count)")
        }
        let cells = Cells(record: record, columns: columns)
        let name = try cells.text(.name, longest: 256) ?? ""
        guard !name.isEmpty else { throw cells.refusal(.name, "is empty") }
        return Row(
            line: record.line, id: try cells.identifier(.id), name: name, entity: try cells.identifier(.entity),
            title: try cells.text(.title, longest: 512),
            site: try cells.optional(.site) { text throws(Refusal) in
                if text.isEmpty { return Country?.none }
                guard let country = Country(text) else {
                    throw cells.refusal(.site, "expected two capital letters of ISO 3166-1, such as HK")
                }
                return country
            },
            roles: try cells.set(.roles, "one of " + Role.allCases.map(\.rawValue).joined(separator: ", ")) {
                Role(rawValue: $0)
            },
            designations: try cells.set(.designations, "names without commas") { $0.contains(",") ? nil : $0 },
            isActive: try cells.optional(.active) { text throws(Refusal) -> Bool? in
                switch text {
                case "": return nil
                case "yes", "true", "1": return true
                case "no", "false", "0": return false
                default: throw cells.refusal(.active, "expected yes or no")
                }
            } ?? nil,
            accounts: try cells.list(.accounts, "ids of accounts") { AccountID($0) })
    }

    /// The fields of one record by their columns.
    private struct Cells {
        let record: CSVReader.Record
        let columns: [Column: Int]

        func refusal(_ column: Column, _ problem: String) -> Refusal {
            Refusal(line: record.line, problem: "\(column.rawValue): \(problem)")
        }

        func optional<Value>(
            _ column: Column, _ make: (String) throws(Refusal) -> Value
        ) throws(Refusal) -> Value? {
            guard let place = columns[column] else { return nil }
            return try make(record.fields[place])
        }

        func text(_ column: Column, longest: Int) throws(Refusal) -> String? {
            try optional(column) { text throws(Refusal) in
                guard text.utf8.count <= longest else { throw refusal(column, "has more than \(longest) bytes") }
                return text
            }
        }

        func identifier<Kind>(_ column: Column) throws(Refusal) -> Identifier<Kind> {
            guard let place = columns[column], let id = Identifier<Kind>(record.fields[place]) else {
                throw refusal(column, "expected the id of a \(Kind.noun): 1 to 128 letters, digits and . _ - : / @ +")
            }
            return id
        }

        func list<Value>(
            _ column: Column, _ expected: String, _ make: (String) -> Value?
        ) throws(Refusal) -> [Value]? {
            try optional(column) { text throws(Refusal) in
                var values: [Value] = []
                for part in text.split(separator: ";") {
                    guard let value = make(String(part)) else {
                        throw refusal(column, "expected \(expected), with semicolons between them")
                    }
                    values.append(value)
                }
                return values
            }
        }

        func set<Value: Hashable>(
            _ column: Column, _ expected: String, _ make: (String) -> Value?
        ) throws(Refusal) -> Set<Value>? {
            try list(column, expected, make).map { Set($0) }
        }
    }
}
