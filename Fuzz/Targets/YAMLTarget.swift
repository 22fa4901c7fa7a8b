internal import YAML

/// Bundle files: a tree or a fault with a place in the text.
struct YAMLTarget: FuzzTarget {
    static let name = "yaml"

    func run(_ input: [UInt8]) {
        guard let root = try? YAML.parse(input) else { return }
        walk(root)
    }

    private func walk(_ node: YAMLNode) {
        precondition(node.position.line >= 1 && node.position.column >= 1)
        _ = node.shown
        for (key, value) in node.entries ?? [] {
            precondition(key.text != nil, "a key that is no word")
            walk(value)
        }
        for item in node.items ?? [] { walk(item) }
    }
}
