/// Comma-separated values by RFC 4180, in UTF-8: a record a line (CRLF or LF), fields in quotes where they hold commas,
/// quotes or line ends. A byte order mark at the front is passed over.
struct CSVReader {
    struct Record: Equatable {
        /// Of the file, from 1, where it begins.
        var line: Int
        var fields: [String]
    }

    struct Fault: Error, Equatable {
        var line: Int
        var problem: String
    }

    /// LIMIT: bytes of a file, records of it, fields of a record and bytes of a field.
    static let longest = 256 << 20
    static let mostRecords = 1_000_000
    static let mostFields = 64
    static let longestField = 4096

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var records = 0

    init(_ bytes: [UInt8]) throws(Fault) {
        guard bytes.count <= CSVReader.longest else {
            throw Fault(line: 1, problem: "the file has more than \(CSVReader.longest) bytes")
        }
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    /// Nil at the end. Empty lines are passed over.
    mutating func next() throws(Fault) -> Record? {
        while at < bytes.count, bytes[at] == 0x0A || isLineEnd { endLine() }
        guard at < bytes.count else { return nil }
        records += 1
        guard records <= CSVReader.mostRecords else {
            throw Fault(line: line, problem: "there are more than \(CSVReader.mostRecords) records")
        }
        var record = Record(line: line, fields: [])
        while true {
            record.fields.append(try field())
            guard record.fields.count <= CSVReader.mostFields else {
                throw Fault(line: record.line, problem: "there are more than \(CSVReader.mostFields) fields")
            }
            guard at < bytes.count else { return record }
            if bytes[at] == 0x2C {
                at += 1
                continue
            }
            endLine()
            return record
        }
    }

    private var isLineEnd: Bool { bytes[at] == 0x0D && at + 1 < bytes.count && bytes[at + 1] == 0x0A }

    private mutating func endLine() {
        at += bytes[at] == 0x0D ? 2 : 1
        line += 1
    }

    /// Leaves `at` at a comma, a line end or the end of the file.
    private mutating func field() throws(Fault) -> String {
        let begun = line
        var text: [UInt8] = []
        if at < bytes.count, bytes[at] == 0x22 {
            at += 1
            while true {
                guard at < bytes.count else { throw Fault(line: begun, problem: "a quoted field does not end") }
                let byte = bytes[at]
                at += 1
                if byte == 0x22 {
                    guard at < bytes.count, bytes[at] == 0x22 else { break }
                    at += 1
                }
                if byte == 0x0A { line += 1 }
                text.append(byte)
            }
            guard at == bytes.count || bytes[at] == 0x2C || bytes[at] == 0x0A || isLineEnd else {
                throw Fault(line: line, problem: "something stands behind a quoted field; double a quote inside of it")
            }
        } else {
            while at < bytes.count, bytes[at] != 0x2C, bytes[at] != 0x0A, !isLineEnd {
                guard bytes[at] != 0x22 else {
                    throw Fault(line: line, problem: "a quote stands inside of a field; put the whole field in quotes")
                }
                text.append(bytes[at])
                at += 1
            }
        }
        guard text.count <= CSVReader.longestField else {
            throw Fault(line: begun, problem: "a field has more than \(CSVReader.longestField) bytes")
        }
        guard let field = String(validating: text, as: UTF8.self) else {
            throw Fault(line: begun, problem: "a field is not UTF-8")
        }
        guard !field.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" && $0 != "\n" && $0 != "\r" })
        else { throw Fault(line: begun, problem: "a field holds a control character") }
        return field
    }
}
