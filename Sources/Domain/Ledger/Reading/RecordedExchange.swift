package import Vocabulary

/// An exchange as the ledger has it: who asked, what came in, what went out, what came back, what was shown, what was
/// decided, and how it ended.
package struct RecordedExchange: Sendable {
    /// One admission and what came back for it.
    package struct Attempt: Sendable {
        package let index: UInt64
        package let record: AdmitRecord
        package let lease: Lease
        /// The bytes that were let out.
        package let sent: [UInt8]
        package internal(set) var head: RecordedAnswerHead?
        package internal(set) var returned: [UInt8] = []
        /// False when the log ends before the decision: the admission was never acknowledged and nothing went out.
        package internal(set) var isDecided = false
    }

    package struct Decided: Sendable {
        package let index: UInt64
        package let hop: Int
        /// As Policy wrote it.
        package let decision: [UInt8]
    }

    package struct Hop: Sendable {
        package let index: UInt64
        package let record: HopRecord
    }

    /// Index of the first record.
    package let index: UInt64
    package internal(set) var began: Instant
    package internal(set) var caller: Caller?
    package internal(set) var head: RecordedRequestHead?
    package internal(set) var received: [UInt8] = []
    package internal(set) var attempts: [Attempt] = []
    package internal(set) var hops: [Hop] = []
    package internal(set) var decisions: [Decided] = []
    /// Head of the answer to the client.
    package internal(set) var answer: RecordedAnswerHead?
    package internal(set) var shown: [UInt8] = []
    /// How many of them came from a model: they stand first, and the end says how many were handed over.
    var contentLength = 0
    package internal(set) var refusal: RefusedRecord?
    package internal(set) var outcome: OutcomeRecord?
    /// Index and type of every record, in order.
    package internal(set) var records: [(index: UInt64, type: RecordType)] = []

    /// Whether a record says how it ended.
    package var isEnded: Bool { refusal != nil || outcome != nil }

    /// What came back for the attempt that was shown.
    package var returned: [UInt8] { attempts.last?.returned ?? [] }
    package var sent: [UInt8] { attempts.last?.sent ?? [] }

    init(index: UInt64, began: Instant) {
        self.index = index
        self.began = began
    }
}
