/// One node of a file, with the place where it stands. Scalars stay text: `yes`, `null`, `~` and `1e3` are words here,
/// and who reads a file asks for the type that it wants.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        /// `isPlain` is false for a quoted or block scalar.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// In the order of the file; no key stands twice.
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    package var content: Content
    package var position: YAMLPosition

    package init(content: Content, position: YAMLPosition) {
        self.content = content
        self.position = position
    }

    /// Nil for a sequence or a mapping.
    package var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    package var items: [YAMLNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    package var entries: [(key: YAMLNode, value: YAMLNode)]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// `true` or `false`, unquoted; nothing else is a truth value.
    package var bool: Bool? {
        switch content {
        case .scalar("true", isPlain: true): true
        case .scalar("false", isPlain: true): false
        default: nil
        }
    }

    /// A decimal number without a leading zero, unquoted.
    package var integer: Int? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            digits == "0" || !digits.hasPrefix("0"), text != "-0"
        else { return nil }
        return Int(text)
    }

    /// What stands there, for an error message: the kind of node and never more than a few words of it.
    package var shown: String {
        switch content {
        case .scalar("", isPlain: true): "nothing"
        case .scalar(let text, _):
            text.count > 40 ? "`\(text.prefix(40))…`" : "`\(text)`"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// Line and column, both from 1; columns count characters.
package struct YAMLPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package var description: String { "\(line):\(column)" }

    package static func < (left: YAMLPosition, right: YAMLPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
