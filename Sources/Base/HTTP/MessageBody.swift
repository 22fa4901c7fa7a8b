/// How a message's end is found (RFC 9112 section 6.3).
package enum MessageBody: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    /// Answers only: until the connection closes. Whether the whole arrived cannot be told.
    case untilClose
}
