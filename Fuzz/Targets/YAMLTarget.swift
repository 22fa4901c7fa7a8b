internal import YAML

/// Bundle files: a tree or a fault with a place in the text.
struct YAMLTarget: FuzzTarget {
    static let name = "yaml"

    func run(_ input: [UInt8]) throws {
        guard let root = try? YAML.parse(input) else { return }
        try walk(root)
    }

    private func walk(_ node: YAMLNode) throws {
        try promise(node.position.line >= 1 && node.position.column >= 1, "a place before the text")
        _ = node.shown
        for (key, value) in node.entries ?? [] {
            try promise(key.text != nil, "a key that is no word")
            try walk(value)
        }
        for item in node.items ?? [] { try walk(item) }
    }
}
