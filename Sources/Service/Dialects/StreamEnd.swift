package import Vocabulary

/// Why an open stream ends with an error event.
package enum StreamEnd: Equatable, Sendable {
    /// The decision that the stream rested on no longer holds.
    case refused(Refusal)
    case upstream(UpstreamFault)
    /// The vendor fell silent.
    case timedOut
    /// Nothing may be shown that cannot be recorded.
    case notRecordable
    /// This node goes out of service.
    case stopping

    var failure: Failure {
        switch self {
        case .refused(let refusal): Failure(.unavailable, refusal.text.english)
        case .upstream(.malformed):
            Failure(.upstreamFailed, "the model's answer broke off: what came is not the protocol it should be")
        case .upstream(.tooLong): Failure(.upstreamFailed, "the model's answer broke off: one event was too long")
        case .upstream(.endedEarly):
            Failure(.upstreamFailed, "the model's answer broke off before its end; what came so far is incomplete")
        case .upstream(.reported): Failure(.upstreamFailed, "the model reported an error in the middle of its answer")
        case .timedOut: Failure(.timedOut, "the model fell silent in the middle of its answer")
        case .notRecordable:
            Failure(.unavailable, "the answer can no longer be recorded, and what is not recorded is not shown")
        case .stopping: Failure(.unavailable, "this node goes out of service; send the request again")
        }
    }
}
