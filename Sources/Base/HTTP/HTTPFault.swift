/// Why bytes are not the HTTP that this engine accepts. It refuses and never repairs: whoever stands in front of it
/// must not read the same bytes another way (RFC 9112 section 11.2, request smuggling).
package enum HTTPFault: Error, Equatable, Sendable {
    case bareLineFeed
    case malformedRequestLine
    case malformedStatusLine
    case unsupportedVersion
    /// A method that nothing here serves: CONNECT and TRACE, which mean something else by target and body, most of all.
    case unsupportedMethod
    case malformedTarget
    /// Absolute-form for another authority than this server's Host.
    case foreignAuthority
    case malformedFieldName
    /// A control byte, a bare CR or NUL in a field value.
    case malformedFieldValue
    /// A line that continues the one before (obs-fold, RFC 9112 section 5.2).
    case foldedField
    case tooManyFields
    case headTooLarge
    case missingHost
    case repeatedHost
    case malformedHost
    case repeatedContentLength
    case malformedContentLength
    case lengthAndTransferEncoding
    case repeatedTransferEncoding
    case unsupportedTransferEncoding
    case transferEncodingInHTTP10
    case unsupportedExpectation
    case malformedChunk
    case malformedTrailer
    case bodyTooLarge
    /// An answer of status 101, for which nobody asked.
    case switchedProtocol
    case tooManyInterimAnswers

    /// The status that tells a client. Not used for faults of an upstream.
    package var status: Int {
        switch self {
        case .unsupportedVersion: 505
        case .headTooLarge, .tooManyFields: 431
        case .unsupportedTransferEncoding, .unsupportedMethod: 501
        case .unsupportedExpectation: 417
        case .bodyTooLarge: 413
        default: 400
        }
    }

    /// One sentence for the sender.
    package var message: String {
        switch self {
        case .bareLineFeed: "a line ends with LF alone; send CR LF"
        case .malformedRequestLine: "the request line is not `METHOD target HTTP/1.1`"
        case .malformedStatusLine: "the status line is not `HTTP/1.1 status reason`"
        case .unsupportedVersion: "only HTTP/1.1 and HTTP/1.0 are served here"
        case .unsupportedMethod: "the method is none of \(RequestHead.methods.joined(separator: ", "))"
        case .malformedTarget: "the request target holds a byte that a URL may not hold, or an encoded CR, LF or NUL"
        case .foreignAuthority: "the request target names another host than the Host field"
        case .malformedFieldName:
            "a header field name holds a byte that is not a token character, or a space before the colon"
        case .malformedFieldValue: "a header field value holds a control byte"
        case .foldedField: "a header field is folded over two lines"
        case .tooManyFields: "more header fields than the limit of \(HeadLimits.fields)"
        case .headTooLarge: "the head is larger than the limit of \(HeadLimits.bytes) bytes"
        case .missingHost: "the Host field is missing"
        case .repeatedHost: "the Host field is repeated"
        case .malformedHost: "the Host field is not `host` or `host:port`"
        case .repeatedContentLength: "the Content-Length field is repeated or a list"
        case .malformedContentLength: "the Content-Length field is not a decimal number of at most 18 digits"
        case .lengthAndTransferEncoding: "both Content-Length and Transfer-Encoding are given"
        case .repeatedTransferEncoding: "the Transfer-Encoding field is repeated"
        case .unsupportedTransferEncoding: "the only transfer coding understood is `chunked`"
        case .transferEncodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding"
        case .unsupportedExpectation: "the only expectation understood is `100-continue`"
        case .malformedChunk: "the chunked body is malformed"
        case .malformedTrailer: "the trailer of the chunked body is malformed or too large"
        case .bodyTooLarge: "the body is larger than the limit"
        case .switchedProtocol: "the answer switches to another protocol"
        case .tooManyInterimAnswers: "more interim answers than the limit of \(HeadLimits.interimAnswers)"
        }
    }
}

/// LIMIT: what a head may hold.
package enum HeadLimits {
    package static let bytes = 32 * 1024
    package static let fields = 100
    package static let chunkExtensionBytes = 256
    package static let trailerBytes = 8 * 1024
    /// Answers of status 1xx before the one that counts.
    package static let interimAnswers = 16
}
