/// Why a file is not read, and where. Columns and lines count from 1.
package struct YAMLError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        case tooLarge(bytes: Int, limit: Int)
        case tooManyNodes(limit: Int)
        case tooDeep(limit: Int)
        case notUTF8
        case controlCharacter
        case empty
        /// libyaml's own words.
        case syntax(String)
        /// `&name` and `*name`: a few of them can stand for billions of nodes.
        case anchor
        case tag
        case directive
        case severalDocuments
        case keyNotScalar
        case duplicateKey(String, first: YAMLPosition)
        /// The parser could not be set up.
        case outOfMemory
    }

    package var problem: Problem
    package var position: YAMLPosition

    package init(_ problem: Problem, at position: YAMLPosition) {
        self.problem = problem
        self.position = position
    }
}

extension YAMLError: CustomStringConvertible {
    package var description: String { "\(position): \(problem)" }
}

extension YAMLError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit):
            "the file has \(bytes) bytes, more than the \(limit) that are read: split it"
        case .tooManyNodes(let limit): "the file holds more than \(limit) values: split it"
        case .tooDeep(let limit): "values nest deeper than \(limit)"
        case .notUTF8: "not UTF-8: save the file in that encoding"
        case .controlCharacter: "a control character: remove it"
        case .empty: "the file is empty"
        case .syntax(let words): words
        case .anchor: "anchors (`&`) and aliases (`*`) are not read: write the value out, or quote the text"
        case .tag: "tags (`!`) are not read: remove it, or quote the text"
        case .directive: "directives (`%`) are not read: remove the line"
        case .severalDocuments: "a second document begins: use one file for each"
        case .keyNotScalar: "a key must be a word"
        case .duplicateKey(let key, let first): "`\(key)` stands twice in one mapping, first at \(first)"
        case .outOfMemory: "not enough memory to read the file"
        }
    }
}
