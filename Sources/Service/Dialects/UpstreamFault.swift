/// Why an answer cannot be relied on.
package enum UpstreamFault: Error, Equatable, Sendable {
    /// What came is not what the protocol allows.
    case malformed
    /// An event, or what came before the first one, passes its limit.
    case tooLong
    /// The stream ended without the event that ends it.
    case endedEarly
    /// The vendor reported an error inside the stream.
    case reported
}
