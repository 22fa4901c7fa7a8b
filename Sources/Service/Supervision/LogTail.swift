internal import Files
internal import JSON

/// The end of a program's log.
enum LogTail {
    /// LIMIT: bytes that are looked at.
    private static let window: Int64 = 16_384

    static func length(of path: String) -> Int64 { WholeFile.version(path)?.size ?? 0 }

    /// The last line that is not empty, without the program's own name; of a JSON line its event and reason. Nil when
    /// nothing was written since.
    static func lastLine(of path: String, since mark: Int64) -> String? {
        let start = max(mark, length(of: path) - window)
        guard let bytes = read(path, from: start) else { return nil }
        let lines = bytes.split(separator: 0x0A).map { trimmed($0) }.filter { !$0.isEmpty }
        guard let line = lines.last else { return nil }
        return sentence(line)
    }

    private static func read(_ path: String, from start: Int64) -> [UInt8]? {
        // A log that cannot be read says nothing; the caller names its path.
        guard let file = try? File(path, .read) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(window))
        let count = bytes.withUnsafeMutableBytes { try? file.read(at: UInt64(max(0, start)), into: $0) }
        return count.map { Array(bytes[..<$0]) }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while let last = line.last, last <= 0x20 { line.removeLast() }
        return line
    }

    private static func sentence(_ line: ArraySlice<UInt8>) -> String {
        let text = String(decoding: line, as: UTF8.self)
        guard line.first == 0x7B else {
            return text.hasPrefix("portcullis: ") ? String(text.dropFirst(12)) : text
        }
        var parser = JSONParser()
        guard let fields = try? parser.parse(Array(line)).root, let event = fields["event"]?.string else { return text }
        let rest = fields.members.compactMap { member -> String? in
            guard let name = member.key.string, !["time_unix_ns", "level", "event", "node"].contains(name) else {
                return nil
            }
            return "\(name) \(member.value.string ?? "\(member.value.integer ?? 0)")"
        }
        return ([event.split(separator: "_").joined(separator: " ")] + rest).joined(separator: ", ")
    }
}
