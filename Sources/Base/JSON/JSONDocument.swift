internal import Glibc

/// The received bytes and the nodes that the scan found in them. Every span that is read, judged, forwarded or replaced
/// comes from here.
///
/// INVARIANT: `nodes` came from a scan of exactly these `bytes` that was accepted, so node 0 is the value itself and
/// all ranges lie inside.
package final class JSONDocument: Sendable {
    package let bytes: [UInt8]
    package let nodes: [JSONNode]

    init(bytes: [UInt8], nodes: [JSONNode]) {
        self.bytes = bytes
        self.nodes = nodes
    }

    package var root: JSONValue { JSONValue(document: self, index: 0) }

    /// `messages[0].content[1].text`; empty for the root. Shows no key that does not look like a field name.
    package func path(of index: Int) -> String {
        bytes.withUnsafeBytes { JSONPath.text(to: index, nodes: nodes, bytes: $0) }
    }

    /// Index of the innermost node whose bytes hold `offset`; 0, the root, for white space around it.
    package func node(at offset: Int) -> Int {
        // Nodes are sorted by their first byte: the last one that starts at or before `offset`, or one around it.
        var low = 0
        var high = nodes.count
        while low < high {
            let middle = (low + high) / 2
            if Int(nodes[middle].start) <= offset { low = middle + 1 } else { high = middle }
        }
        var index = max(0, low - 1)
        while index > 0, offset >= Int(nodes[index].end), Int(nodes[index].depth) > 0 { index -= 1 }
        return index
    }

    /// Index of the value of the member `name` of the object at `object`; nil when there is none.
    func member(_ name: StaticString, of object: Int) -> Int? {
        guard nodes[object].kind == .object else { return nil }
        let end = Int(nodes[object].next)
        return bytes.withUnsafeBytes { bytes in
            var index = object + 1
            while index < end {
                if reads(nodes[index], as: name, in: bytes) { return index + 1 }
                index = Int(nodes[index + 1].next)
            }
            return nil
        }
    }

    /// Whether the key or string at `index` reads as `text` once its escapes are decoded.
    func reads(_ index: Int, as text: StaticString) -> Bool {
        let node = nodes[index]
        guard node.kind == .key || node.kind == .string else { return false }
        return bytes.withUnsafeBytes { reads(node, as: text, in: $0) }
    }

    private func reads(_ node: JSONNode, as text: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
        let length = Int(node.end - node.start)
        if !node.hasEscapes, length != text.utf8CodeUnitCount { return false }
        let content = UnsafeRawBufferPointer(rebasing: bytes[node.range])
        let expected = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        if node.hasEscapes { return JSONEscape.decodes(content, to: expected) }
        guard let left = content.baseAddress, let right = expected.baseAddress else { return true }
        return memcmp(left, right, length) == 0
    }

    func withContent<Result>(of index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[nodes[index].range])) }
    }
}
