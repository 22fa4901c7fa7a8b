internal import Bytes

/// Writes heads. Values come from our own code or from checked sources; one that could split a message (CR, LF, NUL) is
/// a fault of the program and traps.
package struct HeadWriter {
    package private(set) var bytes: [UInt8] = []

    package init() { bytes.reserveCapacity(512) }

    package mutating func status(_ code: Int) {
        bytes.append(ascii: "HTTP/1.1 ")
        bytes.append(decimal: UInt(code))
        bytes.append(0x20)
        bytes.append(ascii: HeadWriter.reason(code))
        bytes.append(ascii: "\r\n")
    }

    package mutating func request(method: StaticString, target: String) {
        bytes.append(ascii: method)
        bytes.append(0x20)
        append(checked: target)
        bytes.append(ascii: " HTTP/1.1\r\n")
    }

    /// For a method that is known at run time only, such as one that was received.
    package mutating func request(named method: String, target: String) {
        append(token: method)
        bytes.append(0x20)
        append(checked: target)
        bytes.append(ascii: " HTTP/1.1\r\n")
    }

    package mutating func field(_ name: StaticString, _ value: String) {
        bytes.append(ascii: name)
        bytes.append(ascii: ": ")
        append(checked: value)
        bytes.append(ascii: "\r\n")
    }

    /// For names that are known at run time only; they must be tokens.
    package mutating func field(named name: String, _ value: String) {
        append(token: name)
        bytes.append(ascii: ": ")
        append(checked: value)
        bytes.append(ascii: "\r\n")
    }

    package mutating func field(_ name: StaticString, _ value: Int) {
        precondition(value >= 0)
        bytes.append(ascii: name)
        bytes.append(ascii: ": ")
        bytes.append(decimal: UInt(value))
        bytes.append(ascii: "\r\n")
    }

    /// A field of a head that was received, byte for byte: its parser has refused what may not stand in one.
    package mutating func field(received name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: name)
        bytes.append(ascii: ": ")
        bytes.append(contentsOf: value)
        bytes.append(ascii: "\r\n")
    }

    /// The blank line. The writer is then complete.
    package mutating func end() { bytes.append(ascii: "\r\n") }

    private mutating func append(checked value: String) {
        var value = value
        value.withUTF8 { text in
            for byte in text { precondition(ByteClass.isFieldContent(byte), "a header value holds a control byte") }
            bytes.append(contentsOf: text)
        }
    }

    private mutating func append(token name: String) {
        precondition(!name.isEmpty, "an empty name")
        var name = name
        name.withUTF8 { text in
            for byte in text { precondition(ByteClass.isToken(byte), "not a token") }
            bytes.append(contentsOf: text)
        }
    }

    /// Whether a text may be given as a field's value.
    package static func accepts(_ value: String) -> Bool { value.utf8.allSatisfy { ByteClass.isFieldContent($0) } }

    /// RFC 9110 section 15, RFC 6585, RFC 7725.
    private static func reason(_ code: Int) -> StaticString {
        switch code {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 451: "Unavailable For Legal Reasons"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 529: "Overloaded"
        default: "Status"
        }
    }
}
