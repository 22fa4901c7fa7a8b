/// Why a case cannot be answered.
package struct DecisionCasesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field at fault, as a path: `subject.evidence[0].country`; empty for the line as a whole.
    package var path: String
    package var message: String

    package init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : path + ": " + message }
}
