internal import CYAML

/// Turns libyaml's events into one tree, without recursion.
struct YAMLTreeBuilder {
    /// A list or mapping whose end has not come yet.
    private struct Open {
        var isMapping: Bool
        var position: YAMLPosition
        var items: [YAMLNode] = []
        var entries: [(key: YAMLNode, value: YAMLNode)] = []
        var seen: [String: YAMLPosition] = [:]
        /// The key whose value comes next.
        var key: YAMLNode?
    }

    private var stack: [Open] = []
    private var root: YAMLNode?
    private var nodes = 0
    private var documents = 0
    private(set) var isAtEnd = false
    private var end = YAMLPosition(line: 1, column: 1)

    mutating func add(_ event: borrowing yaml_event_t) throws(YAMLError) {
        let position = YAMLPosition(line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
        end = position
        switch event.type {
        case YAML_STREAM_END_EVENT: isAtEnd = true
        case YAML_DOCUMENT_START_EVENT:
            let start = event.data.document_start
            guard start.version_directive == nil, start.tag_directives.start == start.tag_directives.end else {
                throw YAMLError(.directive, at: position)
            }
            documents += 1
            guard documents == 1 else { throw YAMLError(.severalDocuments, at: position) }
        case YAML_ALIAS_EVENT: throw YAMLError(.anchor, at: position)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(anchor: scalar.anchor, tag: scalar.tag, at: position)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            try place(
                YAMLNode(
                    content: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), position: position))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            try refuse(anchor: start.anchor, tag: start.tag, at: position)
            try open(Open(isMapping: false, position: position))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            try refuse(anchor: start.anchor, tag: start.tag, at: position)
            try open(Open(isMapping: true, position: position))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try close()
        default: break
        }
    }

    func finish() throws(YAMLError) -> YAMLNode {
        guard let root else { throw YAMLError(.empty, at: end) }
        return root
    }

    private func refuse(
        anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?, at position: YAMLPosition
    ) throws(YAMLError) {
        if anchor != nil { throw YAMLError(.anchor, at: position) }
        if tag != nil { throw YAMLError(.tag, at: position) }
    }

    private mutating func open(_ container: Open) throws(YAMLError) {
        if let outer = stack.last, outer.isMapping, outer.key == nil {
            throw YAMLError(.keyNotScalar, at: container.position)
        }
        guard stack.count < YAML.maximumDepth else {
            throw YAMLError(.tooDeep(limit: YAML.maximumDepth), at: container.position)
        }
        stack.append(container)
    }

    private mutating func close() throws(YAMLError) {
        guard let done = stack.popLast() else { return }
        let content: YAMLNode.Content = done.isMapping ? .mapping(done.entries) : .sequence(done.items)
        try place(YAMLNode(content: content, position: done.position))
    }

    /// Puts a finished node where it belongs.
    private mutating func place(_ node: YAMLNode) throws(YAMLError) {
        nodes += 1
        guard nodes <= YAML.maximumNodes else {
            throw YAMLError(.tooManyNodes(limit: YAML.maximumNodes), at: node.position)
        }
        guard !stack.isEmpty else {
            root = node
            return
        }
        // In place, so that a long list is not copied for each of its items.
        let top = stack.count - 1
        guard stack[top].isMapping else {
            stack[top].items.append(node)
            return
        }
        if let key = stack[top].key {
            stack[top].entries.append((key: key, value: node))
            stack[top].key = nil
        } else if let text = node.text {
            if let first = stack[top].seen[text] {
                throw YAMLError(.duplicateKey(text, first: first), at: node.position)
            }
            stack[top].seen[text] = node.position
            stack[top].key = node
        }
    }
}
