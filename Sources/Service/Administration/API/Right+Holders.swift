internal import Identity

extension Right {
    var roles: [Role] { Role.allCases.filter { $0.rights.contains(self) }.sorted() }

    /// The roles that hold it, for whoever does not.
    var holders: String { roles.map(\.rawValue).joined(separator: " or ") }
}
