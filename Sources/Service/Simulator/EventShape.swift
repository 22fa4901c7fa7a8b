internal import Bytes

/// Server-sent events in the line endings and the number of data lines that a script wants. All forms mean the same
/// (WHATWG HTML, section 9.2.6).
struct EventShape: Equatable {
    var framing = Play.Framing.lf
    var dataLines = 1

    /// - Parameter events: whole events with LF endings and one data line each.
    func apply(_ events: [UInt8]) -> [UInt8] {
        var shaped: [UInt8] = []
        shaped.reserveCapacity(events.count * 2)
        for line in events.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            if dataLines > 1, line.starts(with: "data: {".utf8) {
                for part in EventShape.parts(line.dropFirst(6), dataLines) {
                    shaped.append(ascii: "data: ")
                    shaped.append(contentsOf: part)
                    endLine(&shaped)
                }
            } else {
                shaped.append(contentsOf: line)
                endLine(&shaped)
            }
        }
        return shaped
    }

    private func endLine(_ bytes: inout [UInt8]) {
        switch framing {
        case .lf: bytes.append(0x0A)
        case .crlf: bytes.append(contentsOf: [0x0D, 0x0A])
        case .cr: bytes.append(0x0D)
        }
    }

    /// Cuts JSON behind its first commas that stand outside of strings: the line feed that a reader puts back there is
    /// white space.
    private static func parts(_ json: ArraySlice<UInt8>, _ count: Int) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = json.startIndex
        var isInString = false
        var isEscaped = false
        for index in json.indices where parts.count < count - 1 {
            let byte = json[index]
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = isInString
            } else if byte == 0x22 {
                isInString.toggle()
            } else if byte == 0x2C, !isInString {
                parts.append(json[start...index])
                start = index + 1
            }
        }
        return parts + [json[start...]]
    }
}
