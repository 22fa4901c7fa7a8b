/// Where a deployment processes what it is sent: in all of these countries, not in one of them. `anywhere` is a global
/// endpoint as well as a deployment of which nothing is known.
package enum Regions: Hashable, Sendable {
    case anywhere
    case among(Set<Country>)

    /// Sorted, for people and for records; nil for anywhere.
    package var sorted: [Country]? {
        switch self {
        case .anywhere: nil
        case .among(let countries): countries.sorted()
        }
    }
}
