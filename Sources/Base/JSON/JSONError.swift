/// Why a document is refused, and where. No content: the path shows a key only where it looks like a field name.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Fault: Equatable, Sendable, CaseIterable {
        case empty
        case tooLong
        case tooManyValues
        case tooDeep
        case byteOrderMark
        case notUTF8
        case controlCharacter
        case openString
        case badEscape
        case loneSurrogate
        case badNumber
        case numberTooLarge
        case badLiteral
        case unexpected
        case unclosed
        case trailingBytes
        case duplicateKey
        case noMemory

        package var sentence: String {
            switch self {
            case .empty: "there is no JSON value"
            case .tooLong: "the document is longer than \(JSONParser.lengthLimit) bytes"
            case .tooManyValues: "the document holds more than \(JSONParser.nodeLimit) keys and values"
            case .tooDeep: "more than \(JSONParser.depthLimit) objects and arrays are nested"
            case .byteOrderMark: "the document begins with a byte order mark; send plain UTF-8"
            case .notUTF8: "the bytes are not UTF-8"
            case .controlCharacter: "a control character stands unescaped in a string"
            case .openString: "a string is not closed"
            case .badEscape: "a backslash is followed by no known escape"
            case .loneSurrogate: "a \\u escape is half of a surrogate pair"
            case .badNumber: "this is not a JSON number"
            case .numberTooLarge: "the number does not fit 64 bits"
            case .badLiteral: "expected a value; literals are true, false and null"
            case .unexpected: "a comma, colon, bracket, key or value is missing or out of place"
            case .unclosed: "an object or array is not closed"
            case .trailingBytes: "bytes follow the document"
            case .duplicateKey: "the key occurs twice in its object"
            case .noMemory: "there is not enough memory to read the document"
            }
        }
    }

    package var fault: Fault
    /// Offset in bytes of the offending byte, or of the value it belongs to.
    package var offset: Int
    /// Innermost value that holds the offence, such as `messages[0].content`; empty for the document itself.
    package var path: String

    package init(_ fault: Fault, offset: Int, path: String = "") {
        self.fault = fault
        self.offset = offset
        self.path = path
    }

    package var description: String {
        fault.sentence + " (byte \(offset)" + (path.isEmpty ? ")" : ", in \(path))")
    }
}
