/// Which way an act moves the gate; it sets how few may sign it.
package enum Direction: String, CaseIterable, Sendable {
    /// It takes something away: waiting for a second person would be the danger.
    case tightens
    /// It opens something, or ends a protection.
    case loosens
    /// It shows somebody what others wrote.
    case reads

    /// How many natural persons must sign, whatever a matrix says. Of what only reads, the one is never the one who
    /// asked, so that it takes two persons as well.
    package var fewestSigners: Int {
        switch self {
        case .tightens, .reads: 1
        case .loosens: 2
        }
    }
}
