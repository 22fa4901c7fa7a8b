internal import JSON

/// The strict scan: any bytes give a document or a fault inside them; the spans of a document lie inside each other,
/// and each value, cut out, is a document again.
struct JSONTarget: FuzzTarget {
    static let name = "json"
    /// Cutting out every value of a large document takes quadratic time.
    private static let valuesCutOut = 64

    func run(_ input: [UInt8]) throws {
        var parser = JSONParser()
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(input)
        } catch {
            try promise((0...input.count).contains(error.offset), "a fault outside of the text")
            return
        }
        for (index, node) in document.nodes.enumerated() {
            try promise(node.range.upperBound <= input.count, "a span outside of the text")
            try promise(Int(node.next) > index && Int(node.next) <= document.nodes.count, "a value without an end")
        }
        try walk(document.root)
        for index in 0..<min(document.nodes.count, JSONTarget.valuesCutOut) {
            let at = document.nodes[index].range.lowerBound
            _ = document.path(of: document.node(at: at))
            try cutOut(document.nodes[index], of: input, &parser)
        }
    }

    /// A value's own bytes are a document of one value of the same kind.
    private func cutOut(_ node: JSONNode, of input: [UInt8], _ parser: inout JSONParser) throws {
        if node.kind == .key { return }
        let isText = node.kind == .string
        let text = isText ? [0x22] + input[node.range] + [0x22] : Array(input[node.range])
        guard let again = try? parser.parse(text) else {
            throw BrokenPromise(description: "a value, cut out, is refused")
        }
        try promise(again.nodes.first?.kind == node.kind, "a value, cut out, is of another kind")
    }

    private func walk(_ value: JSONValue) throws {
        if let text = value.string {
            var writer = JSONWriter()
            writer.string(text)
            var parser = JSONParser()
            let again = try? parser.parse(writer.bytes)
            try promise(again?.root.string == text, "a text did not survive writing and reading")
        }
        _ = value.integer
        for member in value.members {
            try promise(member.key.string != nil, "a key that is no text")
            try walk(member.value)
        }
        for element in value.elements { try walk(element) }
    }
}
