internal import JSON

/// The strict scan: any bytes give a document or a fault inside them; the spans of a document lie inside each other,
/// and each value, cut out, is a document again.
struct JSONTarget: FuzzTarget {
    static let name = "json"
    /// Cutting out every value of a large document takes quadratic time.
    private static let valuesCutOut = 64

    func run(_ input: [UInt8]) {
        var parser = JSONParser()
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(input)
        } catch {
            precondition((0...input.count).contains(error.offset), "a fault outside of the text")
            return
        }
        for (index, node) in document.nodes.enumerated() {
            precondition(node.range.upperBound <= input.count, "a span outside of the text")
            precondition(Int(node.next) > index && Int(node.next) <= document.nodes.count, "a value without an end")
        }
        walk(document.root)
        for index in 0..<min(document.nodes.count, JSONTarget.valuesCutOut) {
            let at = document.nodes[index].range.lowerBound
            _ = document.path(of: document.node(at: at))
        }
    }

    private func walk(_ value: JSONValue) {
        if let text = value.string {
            var writer = JSONWriter()
            writer.string(text)
            var parser = JSONParser()
            let again = try? parser.parse(writer.bytes)
            precondition(again?.root.string == text, "a text did not survive writing and reading")
        }
        _ = value.integer
        for member in value.members {
            precondition(member.key.string != nil)
            walk(member.value)
        }
        for element in value.elements { walk(element) }
    }
}
