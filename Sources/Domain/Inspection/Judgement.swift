package import Bytes

/// What Inspection says about one request to one destination.
package enum Judgement: Equatable, Sendable {
    case allow
    /// The text may go once these changes are made to the inspected input, sorted by offset.
    case redact([Splice])
    /// The findings that block it, and only those.
    case block([Finding])
}

extension InspectionPolicy {
    /// Judges all findings in `pieces` of one input. One blocking finding blocks the whole; a key cannot be redacted,
    /// since two redacted keys of one object would be the same, and blocks instead.
    package func judge(_ findings: [Finding], pieces: [TextPiece], towards destination: Destination) -> Judgement {
        var blocking: [Finding] = []
        var splices: [Splice] = []
        for finding in findings {
            let kind = pieces.indices.contains(finding.piece) ? pieces[finding.piece].kind : .key
            switch (verdict(on: finding, towards: destination), kind) {
            case (.allow, _): break
            case (.block, _), (.redact, .key): blocking.append(finding)
            case (.redact, .text):
                var mark: [UInt8] = []
                mark.append(ascii: finding.detector.mark)
                splices.append(
                    Splice(offset: finding.range.lowerBound, removedCount: finding.range.count, inserted: mark))
            case (.redact, .number):
                // A number becomes a string: the whole token, whatever part of it was recognised.
                let token = pieces[finding.piece].range
                var mark = [UInt8(ascii: "\"")]
                mark.append(ascii: finding.detector.mark)
                mark.append(UInt8(ascii: "\""))
                if splices.last?.offset != token.lowerBound {
                    splices.append(Splice(offset: token.lowerBound, removedCount: token.count, inserted: mark))
                }
            }
        }
        if !blocking.isEmpty { return .block(blocking) }
        if splices.isEmpty { return .allow }
        return .redact(splices.sorted { $0.offset < $1.offset })
    }
}
