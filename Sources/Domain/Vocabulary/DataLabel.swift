/// How sensitive the data of a request is, in rising order. A caller may only raise it; unlabelled is the highest label
/// of the use case.
package enum DataLabel: String, CaseIterable, Comparable, Sendable {
    case `public`
    case `internal`
    case confidential
    /// Data of clients.
    case client
    /// Inside information, deal data, secrets of state: never outside the perimeter.
    case restricted

    package static func < (left: DataLabel, right: DataLabel) -> Bool { left.rank < right.rank }
    package var rank: Int { DataLabel.allCases.firstIndex(of: self) ?? DataLabel.allCases.count }
}
