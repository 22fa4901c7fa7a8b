/// Why a record's body is not what its type says: the key and what should stand there.
package struct RecordProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let key: String
    package let expected: String

    package var description: String { "'\(key)' must be \(expected)" }
}
