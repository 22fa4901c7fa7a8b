internal import Bytes

/// A small text file of key material: a title line, `name: value` lines in fixed order, and a check line with the
/// CRC-32C of all before it, so that a slip of the hand is not taken for a wrong key. docs/formats/keys.md.
struct TextKeyFile {
    let title: String
    let names: [String]

    func encode(_ values: [String]) -> [UInt8] {
        precondition(values.count == names.count)
        var text = title + "\n"
        for (name, value) in zip(names, values) { text += name + ": " + value + "\n" }
        return Array((text + "check: " + TextKeyFile.check(text) + "\n").utf8)
    }

    func decode(_ bytes: [UInt8], path: String) throws(LedgerError) -> [String] {
        guard bytes.count <= 4096, let text = String(validating: bytes, as: UTF8.self) else {
            throw .badKeyFile(path: path, problem: "this is not a key file: it is too long or not text")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == title[...] else {
            throw .badKeyFile(path: path, problem: "the first line must be '\(title)'")
        }
        guard lines.count == names.count + 3, lines.last == "" else {
            throw .badKeyFile(path: path, problem: "it must have \(names.count + 2) lines, each with its line end")
        }
        var values: [String] = []
        for (line, name) in zip(lines.dropFirst(), names) {
            guard line.hasPrefix(name + ": ") else {
                throw .badKeyFile(path: path, problem: "line \(values.count + 2) must begin with '\(name): '")
            }
            values.append(String(line.dropFirst(name.count + 2)))
        }
        let checked = lines.dropLast(2).joined(separator: "\n") + "\n"
        guard lines[names.count + 1] == "check: " + TextKeyFile.check(checked) else {
            throw .badKeyFile(path: path, problem: "the check line is wrong: the file was altered or copied badly")
        }
        return values
    }

    private static func check(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: CRC32C.of(Array(text.utf8)))
        return Hex.encode(bytes)
    }
}
