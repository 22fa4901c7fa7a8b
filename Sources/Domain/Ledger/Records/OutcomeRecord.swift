internal import CBOR
package import Vocabulary

/// How an exchange ended. The counts are added by the exchange itself where the caller leaves them out.
package enum OutcomeRecord: Equatable, Sendable {
    /// As the protocol says.
    case complete(Completion)
    case abort(Abort)
    case cut(CutID, usage: Usage, shown: UInt64)

    /// What the vendor reported, by its own names made plain; an absent key was not reported.
    package typealias Usage = [String: UInt64]

    package struct Completion: Equatable, Sendable {
        package var model: String?
        package var region: String?
        package var requestID: String?
        package var stop: String?
        package var usage: Usage
        /// Bytes of the answer's body handed to the client's connection.
        package var shown: UInt64

        package init(
            model: String? = nil, region: String? = nil, requestID: String? = nil, stop: String? = nil,
            usage: Usage = [:], shown: UInt64
        ) {
            self.model = model
            self.region = region
            self.requestID = requestID
            self.stop = stop
            self.usage = usage
            self.shown = shown
        }
    }

    package struct Abort: Equatable, Sendable {
        package enum Side: String, CaseIterable, Sendable { case client, upstream, gate }

        package var side: Side
        package var reason: String
        package var detail: String?
        package var usage: Usage
        package var shown: UInt64

        package init(side: Side, reason: String, detail: String? = nil, usage: Usage = [:], shown: UInt64) {
            self.side = side
            self.reason = reason
            self.detail = detail
            self.usage = usage
            self.shown = shown
        }
    }

    /// Bytes of content handed to the client's connection.
    var shown: UInt64 {
        switch self {
        case .complete(let completion): completion.shown
        case .abort(let abort): abort.shown
        case .cut(_, _, let shown): shown
        }
    }

    var type: RecordType {
        switch self {
        case .complete: .complete
        case .abort: .abort
        case .cut: .cutAbort
        }
    }

    func write(to writer: inout CBORWriter, returned: UInt64) {
        switch self {
        case .complete(let completion):
            writer.map(count: 3, completion.stop, completion.model, completion.region, completion.requestID)
            writer.pair("stop", text: completion.stop)
            writer.pair("model", text: completion.model)
            OutcomeRecord.write(completion.shown, completion.usage, to: &writer)
            writer.pair("region", text: completion.region)
            writer.text("returned")
            writer.unsigned(returned)
            writer.pair("request_id", text: completion.requestID)
        case .abort(let abort):
            writer.map(count: 5, abort.detail)
            writer.pair("side", text: abort.side.rawValue)
            OutcomeRecord.write(abort.shown, abort.usage, to: &writer)
            writer.pair("detail", text: abort.detail)
            writer.pair("reason", text: abort.reason)
            writer.text("returned")
            writer.unsigned(returned)
        case .cut(let cut, let usage, let shown):
            writer.map(count: 4)
            writer.pair("cut", text: cut.text)
            OutcomeRecord.write(shown, usage, to: &writer)
            writer.text("returned")
            writer.unsigned(returned)
        }
    }

    func encoded(returned: UInt64) -> [UInt8] {
        var writer = CBORWriter()
        write(to: &writer, returned: returned)
        return writer.finish()
    }

    private static func write(_ shown: UInt64, _ usage: Usage, to writer: inout CBORWriter) {
        writer.text("shown")
        writer.unsigned(shown)
        writer.text("usage")
        writer.map(count: usage.count)
        for name in usage.keys.sorted(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) {
            writer.text(name)
            writer.unsigned(usage[name] ?? 0)
        }
    }

    init(_ item: CBOR, type: RecordType) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        let shown = try decoder.unsigned("shown")
        var usage: Usage = [:]
        for (name, value) in try RecordDecoder(try decoder.item("usage"), key: "usage").map.asMap ?? [] {
            guard let count = value.asUnsigned else { throw RecordProblem(key: name, expected: "an unsigned integer") }
            usage[name] = count
        }
        switch type {
        case .complete:
            self = .complete(
                Completion(
                    model: try decoder.optional("model", decoder.text),
                    region: try decoder.optional("region", decoder.text),
                    requestID: try decoder.optional("request_id", decoder.text),
                    stop: try decoder.optional("stop", decoder.text), usage: usage, shown: shown))
        case .abort:
            guard let side = Abort.Side(rawValue: try decoder.text("side")) else {
                throw RecordProblem(key: "side", expected: "client, upstream or gate")
            }
            self = .abort(
                Abort(
                    side: side, reason: try decoder.text("reason"),
                    detail: try decoder.optional("detail", decoder.text), usage: usage, shown: shown))
        default:
            guard let cut: CutID = try decoder.identifier("cut") else {
                throw RecordProblem(key: "cut", expected: "there")
            }
            self = .cut(cut, usage: usage, shown: shown)
        }
    }
}
