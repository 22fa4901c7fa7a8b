@testable internal import HTTP

/// Heads of requests and answers: any bytes give a head or a fault, the very same however they arrive. What is accepted
/// is unambiguous by a second reading of its bytes, and written again it is read as the same.
struct HTTPHeadTarget: FuzzTarget {
    static let name = "http-head"

    func run(_ input: [UInt8]) throws {
        let (header, pieces) = InputCuts.split(input, header: 3)
        let text = Array(input.dropFirst(header.count))
        let whole = scan(text, ends: [text.count])
        let cut = scan(text, ends: pieces.map { $0.endIndex - header.count })
        let bytewise = scan(text, ends: Array(text.indices.map { $0 + 1 }))
        try promise(whole == cut && whole == bytewise, "the cuts changed what a head is")
        guard case .head(let length) = whole else { return }
        try promise(length <= min(text.count, HeadLimits.bytes), "a head beyond its limit")
        let head = Array(text[..<length])
        // Most bytes are no head: both readings are allowed to refuse.
        if let request = try? head.withUnsafeBytes({ try RequestHead.parse($0) }) { try check(request, head) }
        if let answer = try? head.withUnsafeBytes({ try ResponseHead.parse($0) }) { try check(answer, head) }
    }

    private enum Outcome: Equatable {
        case head(Int)
        case fault(HTTPFault)
        case more
    }

    private func scan(_ text: [UInt8], ends: [Int]) -> Outcome {
        var scanner = HeadScanner()
        for end in ends {
            let outcome = text[..<end].withUnsafeBytes { (bytes) -> Outcome in
                do throws(HTTPFault) {
                    return try scanner.scan(bytes).map { Outcome.head($0) } ?? .more
                } catch { return .fault(error) }
            }
            if outcome != .more { return outcome }
        }
        return .more
    }

    // MARK: Requests

    private func check(_ request: RequestHead, _ head: [UInt8]) throws {
        let target = Array(request.target.utf8)
        try promise(target.first == 0x2F, "a target that is not in origin-form")
        try promise(target.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }, "a byte that no target has")
        let lowered = request.target.lowercased()
        try promise(!["%0d", "%0a", "%00"].contains { lowered.contains($0) }, "an encoded line end or NUL")
        let query = lowered.contains("?") ? "?" + request.query : ""
        try promise(request.target == request.path + query, "a torn target")
        let lines = try lines(head)
        let version = lines[0].suffix(9)
        try promise(version == " HTTP/1.1" || version == " HTTP/1.0", "a version that is not served")
        try framing(request.body, request.fields, lines, isHTTP11: version == " HTTP/1.1")
        let hosts = lines.dropFirst().filter { $0.lowercased().hasPrefix("host:") }
        try promise(hosts.count == 1 || hosts.isEmpty && version == " HTTP/1.0", "not exactly one host")
        try rewritten(request)
    }

    /// Written again in plain form, the head reads the same.
    private func rewritten(_ request: RequestHead) throws {
        var text = Array((request.method + " " + request.target + " HTTP/1.1\r\n").utf8)
        if request.fields.count(of: "host") == 0 { text += Array("Host: a\r\n".utf8) }
        if request.fields.count(of: "host") == 0, request.fields.count == HeadLimits.fields { return }
        for field in request.fields.all {
            // What is not UTF-8 is shown with replacement characters and cannot be written back.
            if field.value.unicodeScalars.contains("\u{FFFD}") { return }
            text += Array((field.name + ": " + field.value + "\r\n").utf8)
        }
        text += [0x0D, 0x0A]
        guard text.count <= HeadLimits.bytes else { return }
        let again: RequestHead
        do {
            again = try text.withUnsafeBytes { try RequestHead.parse($0) }
        } catch { throw BrokenPromise(description: "a head that is read is refused when written again: \(error)") }
        try promise(
            again.method == request.method && again.target == request.target && again.body == request.body,
            "a head is read otherwise when it is written again")
    }

    // MARK: Answers

    private func check(_ answer: ResponseHead, _ head: [UInt8]) throws {
        try promise((100...599).contains(answer.status), "a status out of range")
        let lines = try lines(head)
        let isHTTP11 = lines[0].hasPrefix("HTTP/1.1 ")
        try promise(isHTTP11 || lines[0].hasPrefix("HTTP/1.0 "), "a version that is not spoken")
        try promise(lines[0].dropFirst(9).prefix(3) == String(answer.status), "another status")
        if answer.body != .none, answer.body != .untilClose {
            try framing(answer.body, answer.fields, lines, isHTTP11: isHTTP11)
        }
        try promise(answer.body != .untilClose || !answer.keepsAlive, "kept after an answer without an end")
    }

    // MARK: A second reading

    /// The lines of an accepted head, by the rules of RFC 9112 sections 2.2 and 5 read as text.
    private func lines(_ head: [UInt8]) throws -> [String] {
        for (index, byte) in head.enumerated() where byte < 0x20 && byte != 0x09 {
            let isReturn = byte == 0x0D && index + 1 < head.count && head[index + 1] == 0x0A
            let isFeed = byte == 0x0A && index > 0 && head[index - 1] == 0x0D
            try promise(isReturn || isFeed, "a control byte in a head")
        }
        try promise(!head.contains(0x7F), "a DEL in a head")
        let lines = String(decoding: head, as: Unicode.ASCII.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        try promise(lines.count >= 3 && lines.suffix(2).allSatisfy { $0.isEmpty }, "a head without its blank line")
        for line in lines.dropFirst().dropLast(2) {
            let name = line.prefix { $0 != ":" }
            let isName = !name.isEmpty && name.count < line.count && !name.contains { $0 == " " || $0 == "\t" }
            try promise(isName, "a field without a name")
        }
        return lines.dropLast(2).map { String($0) }
    }

    private func framing(
        _ body: MessageBody, _ fields: HeaderFields, _ lines: [String], isHTTP11: Bool
    ) throws {
        func values(_ name: String) -> [String] {
            lines.dropFirst().filter { $0.lowercased().hasPrefix(name + ":") }
                .map { $0.dropFirst(name.count + 1).trimmed.lowercased() }
        }
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        switch body {
        case .chunked: try promise(codings == ["chunked"] && lengths.isEmpty && isHTTP11, "chunked against its fields")
        case .length(let length):
            let isOne = codings.isEmpty && lengths.count == 1 && Int(lengths[0]) == length
            try promise(isOne, "a length against its fields")
        case .none: try promise(codings.isEmpty && lengths.allSatisfy { Int($0) == 0 }, "no body against its fields")
        case .untilClose: throw BrokenPromise(description: "a request until its end")
        }
    }
}

extension Substring {
    /// Without the blanks of RFC 9110 section 5.6.3 at both ends.
    fileprivate var trimmed: Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
