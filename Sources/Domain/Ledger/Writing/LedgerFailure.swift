/// How an effect failed.
package enum LedgerFailure: Sendable, Equatable {
    /// The disk or a quota is full, as told by a write (ENOSPC, EDQUOT) and not by a flush.
    case noSpace
    /// Anything else, a failed flush above all: what is on disk is unknown.
    case io
}
