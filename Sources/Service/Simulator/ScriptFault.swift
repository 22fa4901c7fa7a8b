/// Why a script is refused: where, and what should stand there.
package struct ScriptFault: Error, Equatable, Sendable {
    package var place: String
    package var problem: String

    package var message: String { place.isEmpty ? problem : "\(place): \(problem)" }
}
