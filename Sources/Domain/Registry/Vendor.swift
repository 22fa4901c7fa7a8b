package import Vocabulary

/// A firm that develops, resells or operates models; the bank itself is one where it runs weights of its own.
package struct Vendor: Hashable, Sendable {
    package var id: VendorID
    package var name: String
    /// Whose law reaches it.
    package var jurisdiction: Country

    package init(id: VendorID, name: String, jurisdiction: Country) {
        self.id = id
        self.name = name
        self.jurisdiction = jurisdiction
    }
}
