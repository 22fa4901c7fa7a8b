internal import Identity

extension Right {
    /// The roles that hold it, for whoever does not.
    var holders: String {
        Role.allCases.filter { $0.rights.contains(self) }.map(\.rawValue).sorted().joined(separator: " or ")
    }
}
