/// Which keys a record is sealed under: whoever replays decisions need not be able to read content.
package enum Compartment: UInt8, CaseIterable, Sendable {
    case content = 1
    case decision = 2
    case administration = 3
}

extension Compartment: CustomStringConvertible {
    package var description: String {
        switch self {
        case .content: "content"
        case .decision: "decision"
        case .administration: "administration"
        }
    }
}
