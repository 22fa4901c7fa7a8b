/// Columns under each other. The last column is not padded.
struct TextTable {
    private let rows: [[String]]

    init(_ rows: [[String]]) { self.rows = rows }

    /// - Parameter heads: names of the columns.
    init(heads: [String], _ rows: [[String]]) { self.rows = [heads] + rows }

    /// Lines, each with its end.
    func text(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var text = ""
        for row in rows {
            var line = margin
            for (column, cell) in row.enumerated() {
                line += cell
                guard column < row.count - 1 else { continue }
                line += String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}
