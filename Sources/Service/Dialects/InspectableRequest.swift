package import Inspection
package import JSON

/// What Inspection gets to see of a request: every text there is, and a list of what is no text.
package struct InspectableRequest: Sendable {
    package let document: JSONDocument
    /// Every string, key and longer number of the body, unknown fields included, in the order of the bytes.
    package let pieces: [TextPiece]
    package let unreadable: [UnreadablePart]

    /// `messages[0].content` for a finding of Inspection.
    package func path(of finding: Finding) -> String {
        document.path(of: document.node(at: finding.range.lowerBound))
    }

    /// LIMIT: numbers with fewer bytes are no piece; no detector knows a value that short.
    private static let shortestNumber = 8

    package init(_ document: JSONDocument, unreadable: [UnreadablePart]) {
        var pieces: [TextPiece] = []
        pieces.reserveCapacity(document.nodes.count)
        var label: Range<Int>?
        for node in document.nodes {
            switch node.kind {
            case .key:
                pieces.append(TextPiece(range: node.range, kind: .key))
                label = node.range
                continue
            case .string: pieces.append(TextPiece(range: node.range, label: label))
            case .number where node.range.count >= InspectableRequest.shortestNumber:
                pieces.append(TextPiece(range: node.range, label: label, kind: .number))
            default: break
            }
            label = nil
        }
        self.document = document
        self.pieces = pieces
        self.unreadable = unreadable
    }
}
