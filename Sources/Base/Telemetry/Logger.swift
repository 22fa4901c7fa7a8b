internal import Bytes
internal import Glibc
internal import Runtime

/// Structured logs: one JSON object a line on standard error, `time`, `level`, `event`, `node` and typed fields.
package final class Logger: Sendable {
    package enum Level: Int, Sendable { case debug, info, warning, error }

    private let node: String
    private let least: Level
    private let put: @Sendable ([UInt8]) -> Void

    /// - Parameter put: takes one whole line, and loses it rather than wait.
    package init(node: String, least: Level = .info, put: @escaping @Sendable ([UInt8]) -> Void) {
        self.node = node
        self.least = least
        self.put = put
    }

    package convenience init(node: String, least: Level = .info, descriptor: Int32 = 2) {
        // One write a line, so that processes that share a file do not mix theirs. A lost line stops nobody.
        self.init(node: node, least: least) { line in
            _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        }
    }

    package func debug(_ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        log(.debug, event, fields)
    }
    package func info(_ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        log(.info, event, fields)
    }
    package func warning(_ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        log(.warning, event, fields)
    }
    package func error(_ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        log(.error, event, fields)
    }

    private func log(_ level: Level, _ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue>) {
        guard level.rawValue >= least.rawValue else { return }
        var line: [UInt8] = []
        line.append(ascii: "{\"time_unix_ns\":")
        line.append(decimal: UInt64(bitPattern: Clocks.wall))
        line.append(ascii: ",\"level\":\"")
        line.append(ascii: word(level))
        line.append(ascii: "\",\"event\":\"")
        line.append(ascii: event)
        line.append(ascii: "\",\"node\":")
        append(node, to: &line)
        for (key, value) in fields {
            line.append(ascii: ",\"")
            line.append(ascii: key)
            line.append(ascii: "\":")
            append(value, to: &line)
        }
        line.append(ascii: "}\n")
        put(line)
    }

    private func append(_ value: LogValue, to line: inout [UInt8]) {
        switch value {
        case .word(let word): append(word.description, to: &line)
        case .number(let number): line.append(contentsOf: String(number).utf8)
        case .flag(let flag): line.append(ascii: flag ? "true" : "false")
        case .name(let text), .setting(let text): append(text, to: &line)
        }
    }

    private func append(_ text: String, to line: inout [UInt8]) {
        line.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: line.append(contentsOf: [0x5C, byte])
            case 0x00..<0x20: line.append(contentsOf: Array("\\u00".utf8) + Array(Hex.encode([byte]).utf8))
            default: line.append(byte)
            }
        }
        line.append(0x22)
    }

    private func word(_ level: Level) -> StaticString {
        switch level {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }
}
