internal import Files
internal import HTTP
internal import JSON

/// Reads scripts: from a file, from the administration request, or from a user's text.
enum ScriptReader {
    /// LIMIT: bytes of a script.
    static let lengthLimit = 1 << 20
    private static let inBandStart = "[[simulate:"
    private static let inBandEnd = "]]"

    static func file(_ path: String) throws(SimulatorError) -> Script {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try WholeFile.read(path, limit: lengthLimit)
        } catch {
            throw .file(error)
        }
        do throws(ScriptFault) {
            return try script(bytes)
        } catch {
            throw .script(path: path, error)
        }
    }

    static func script(_ bytes: [UInt8]) throws(ScriptFault) -> Script {
        let root = try parse(bytes, ScriptSchema.script)
        var rules: [ScriptRule] = []
        let all: [JSONValue] = root["rules"].map { Array($0.elements) } ?? []
        for (index, rule) in all.enumerated() {
            guard let value = rule["play"] else { continue }
            var match = ScriptRule.Match()
            if let conditions = rule["match"] {
                match.model = conditions["model"]?.string
                match.text = conditions["text"]?.string
                match.nth = conditions["nth"]?.integer.map { Int($0) }
                match.every = conditions["every"]?.integer.map { Int($0) }
                if let header = conditions["header"], let name = header["name"]?.string {
                    match.header = (name.lowercased(), header["contains"]?.string ?? "")
                }
            }
            rules.append(
                ScriptRule(
                    match: match, times: rule["times"]?.integer.map { Int($0) },
                    play: try play(value, at: "rules[\(index)].play"),
                    source: Array(value.document.bytes[value.range])))
        }
        return Script(rules: rules)
    }

    /// The script in a user's text that begins `[[simulate: {…}]]`, with its JSON; nil for any other text.
    static func inBand(_ text: String) throws(ScriptFault) -> (play: Play, source: [UInt8])? {
        guard text.hasPrefix(inBandStart) else { return nil }
        let rest = text.dropFirst(inBandStart.count)
        guard let end = rest.firstRange(of: inBandEnd) else {
            throw ScriptFault(place: "", problem: "[[simulate: is not closed by ]]")
        }
        let source = Array(rest[..<end.lowerBound].utf8)
        return (try play(try parse(source, ScriptSchema.play), at: ""), source)
    }

    private static func parse(_ bytes: [UInt8], _ schema: Schema) throws(ScriptFault) -> JSONValue {
        var parser = JSONParser()
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(bytes)
        } catch {
            throw ScriptFault(place: "", problem: "this is not JSON: \(error.description)")
        }
        do throws(SchemaFault) {
            try SchemaCheck.check(document.root, schema)
        } catch {
            throw ScriptFault(place: error.bracketed, problem: sentence(error.problem))
        }
        return document.root
    }

    // MARK: One play

    private static func play(_ value: JSONValue, at place: String) throws(ScriptFault) -> Play {
        var play = Play()
        play.delayHeadMilliseconds = number(value["delay_head_ms"]) ?? 0
        play.delayFirstEventMilliseconds = number(value["delay_first_event_ms"]) ?? 0
        play.pauseAfter = number(value["pause"]?["after"])
        play.pauseMilliseconds = number(value["pause"]?["ms"]) ?? 0
        play.tokensPerSecond = number(value["tokens_per_second"])
        play.status = try status(value["status"], at: place)
        play.end = end(value["end"])
        play.insertions = insertions(value["insert"])
        play.framing = value["framing"]?.string.flatMap { Play.Framing(rawValue: $0) } ?? .lf
        play.dataLines = number(value["data_lines"]) ?? 1
        play.splitsBytes = value["split_bytes"]?.boolean ?? false
        play.dripMilliseconds = number(value["drip_ms"])
        play.contentLengthError = number(value["content_length_error"]) ?? 0
        play.tokens = number(value["tokens"])
        play.finishReason = value["finish_reason"]?.string
        play.model = value["model"]?.string
        play.region = value["region"]?.string
        play.omitsUsage = value["omit_usage"]?.boolean ?? false
        if play.splitsBytes, play.dripMilliseconds != nil {
            throw ScriptFault(place: place, problem: "give split_bytes or drip_ms, not both")
        }
        let inserted = play.insertions.filter { $0.kind == .huge }.reduce(0) { $0 + $1.bytes }
        guard inserted <= Play.hugeEventLimit else {
            throw ScriptFault(place: place, problem: "huge events together have more than \(Play.hugeEventLimit) bytes")
        }
        guard inserted <= Play.singleBytesLimit || !play.splitsBytes && play.dripMilliseconds == nil else {
            throw ScriptFault(
                place: place,
                problem: "more than \(Play.singleBytesLimit) bytes cannot be sent one by one; give fewer bytes")
        }
        if let end = play.end, end.cut == .error, end.place == .head {
            throw ScriptFault(
                place: place.isEmpty ? "end" : place + ".end",
                problem: "an error event needs a stream: give a number of tokens, or a status")
        }
        return play
    }

    private static func status(_ value: JSONValue?, at place: String) throws(ScriptFault) -> Play.Status? {
        guard let value, let code = number(value["code"]) else { return nil }
        var status = Play.Status(
            code: code, type: value["type"]?.string, message: value["message"]?.string, body: value["body"]?.string)
        for member in value["headers"].map({ Array($0.members) }) ?? [] {
            let name = (member.key.string ?? "").lowercased()
            let text = member.value.string ?? ""
            let isName =
                !name.isEmpty
                && name.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
            guard isName, HeadWriter.accepts(text) else {
                throw ScriptFault(
                    place: place + ".status.headers",
                    problem: "a name is letters, digits and -, a value has no control bytes")
            }
            guard !["content-length", "transfer-encoding", "connection", "date", "content-type"].contains(name) else {
                throw ScriptFault(
                    place: place + ".status.headers", problem: "\(name) belongs to the simulator; leave it out")
            }
            status.headers.append(Play.Header(name: name, value: text))
        }
        return status
    }

    private static func end(_ value: JSONValue?) -> Play.End? {
        guard let value, let cut = value["how"]?.string.flatMap({ Play.Cut(rawValue: $0) }) else { return nil }
        let place: Play.Place = number(value["after"]).map { .after($0) } ?? .head
        return Play.End(cut: cut, place: place, type: value["type"]?.string, message: value["message"]?.string)
    }

    private static func insertions(_ value: JSONValue?) -> [Play.Insertion] {
        (value.map { Array($0.elements) } ?? []).compactMap { item in
            guard let kind = item["what"]?.string.flatMap({ Play.Insertion.Kind(rawValue: $0) }),
                let after = number(item["after"])
            else { return nil }
            return Play.Insertion(kind: kind, after: after, bytes: number(item["bytes"]) ?? (1 << 20))
        }
    }

    private static func number(_ value: JSONValue?) -> Int? { value?.integer.map { Int(clamping: $0) } }

    private static func sentence(_ problem: SchemaFault.Problem) -> String {
        switch problem {
        case .unknownField: "this word is not known; see docs/simulator.md"
        case .missing: "this is missing"
        case .wrongType(let expected, let got):
            "expected \(expected.map { $0.rawValue }.joined(separator: " or ")), found \(got.rawValue)"
        case .notAllowed(let got, let allowed), .unknownTag(_, let got, let allowed):
            "\(got) is not one of \(allowed.joined(separator: ", "))"
        case .tooSmall(let minimum, let got, _): "\(got) is below \(minimum)"
        case .tooLarge(let maximum, let got, _): "\(got) is above \(maximum)"
        case .tooFew(let minimum, let got), .tooShort(let minimum, let got): "\(got) is fewer than \(minimum)"
        case .tooMany(let maximum, let got), .tooLong(let maximum, let got): "\(got) is more than \(maximum)"
        }
    }
}
