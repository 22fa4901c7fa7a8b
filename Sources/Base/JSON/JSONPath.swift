/// Where a node stands, in words a caller can follow: `messages[0].content[1].text`.
package enum JSONPath {
    /// LIMIT: bytes of a key that is shown; a longer one is numbered.
    private static let shownKeyLimit = 48
    /// LIMIT: digits in a key that is shown, so that no number of a person or an account is.
    private static let shownDigitLimit = 4

    /// The path of the node at `target`; a key has the path of its value. Works on the nodes of an unfinished scan.
    static func text(to target: Int, nodes: [JSONNode], bytes: UnsafeRawBufferPointer) -> String {
        var path = ""
        var container = 0
        while container < target, nodes[container].isContainer {
            let isObject = nodes[container].kind == .object
            var ordinal = 0
            var child = container + 1
            var value = isObject ? child + 1 : child
            while value < nodes.count, value < target, nodes[value].next != 0, Int(nodes[value].next) <= target {
                child = Int(nodes[value].next)
                value = isObject ? child + 1 : child
                ordinal += 1
            }
            if isObject {
                let name = fieldName(nodes[child], bytes) ?? "[member \(ordinal + 1)]"
                path += path.isEmpty || name.hasPrefix("[") ? name : "." + name
            } else {
                path += "[\(ordinal)]"
            }
            container = value
        }
        return path
    }

    /// The key as text when it looks like the name of a field: letters, digits, `_`, `-` and `$`, few of them digits.
    /// Anything else is content, which an error or a log must not repeat.
    private static func fieldName(_ key: JSONNode, _ bytes: UnsafeRawBufferPointer) -> String? {
        let text = bytes[key.range]
        guard (1...shownKeyLimit).contains(text.count) else { return nil }
        var digits = 0
        for byte in text {
            switch byte {
            case 0x30...0x39: digits += 1
            case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"): break
            default: return nil
            }
        }
        return digits <= shownDigitLimit ? String(decoding: text, as: UTF8.self) : nil
    }
}
