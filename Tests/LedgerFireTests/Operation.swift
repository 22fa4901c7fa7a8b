/// One thing that happens to a log. Sequences of three find nearly all crash faults that longer ones find (Mohan et
/// al., "Finding Crash-Consistency Bugs with Bounded Black-Box Crash Testing", OSDI 2018).
enum Operation: String, CaseIterable, Sendable {
    /// A record and its flush.
    case small
    /// Five records in one write, and one staged while that is in flight.
    case batch
    /// A record that goes on in the next segment.
    case roll
    case publish
    /// The first record of a month: new files of block keys.
    case month
    /// A checkpoint is published from the start to its end between the write of a batch and its flush.
    case overlap
    /// CLOSE, a last checkpoint, and a new process.
    case reopen
    /// The process is gone between two calls, the machine goes on; a new process.
    case kill
    /// As many records as a full tile covers. Long, so not in all sequences.
    case fill

    /// Those of which all sequences are tried.
    static let usual = allCases.filter { $0 != .fill }

    /// All sequences of one to `length` operations.
    static func sequences(upTo length: Int) -> [[Operation]] {
        var all: [[Operation]] = []
        var last: [[Operation]] = [[]]
        for _ in 0..<length {
            last = last.flatMap { begun in usual.map { begun + [$0] } }
            all += last
        }
        return all
    }
}
