internal import Bytes
internal import Crypto
package import Vocabulary

/// Which log this is: one node, one custody, one year, and the name that its signatures carry.
package struct LogIdentity: Hashable, Sendable {
    package let node: NodeID
    package let custody: CustodyID
    package let year: Int
    /// The name under which the world knows the log; never reused, never changed.
    package let origin: String
    /// First 16 bytes of SHA-256(origin); stands in every leaf, so no leaf can be moved to another log.
    package let id: Opaque128

    /// LIMIT: an origin has 1 to 255 printable ASCII characters without space and plus.
    package init(node: NodeID, custody: CustodyID, year: Int, origin: String) throws(LedgerError) {
        guard Reference.isName(node.text) else {
            throw .badName(what: "node", remedy: "use 1 to 16 small letters and digits")
        }
        guard Reference.isName(custody.text) else {
            throw .badName(what: "custody", remedy: "use 1 to 16 small letters and digits")
        }
        guard (1000...9999).contains(year) else { throw .badName(what: "year", remedy: "use four digits") }
        guard LogIdentity.isOrigin(origin) else {
            throw .badName(what: "origin", remedy: "use 1 to 255 ASCII characters without spaces and plus signs")
        }
        self.node = node
        self.custody = custody
        self.year = year
        self.origin = origin
        id = LogIdentity.id(ofOrigin: origin)
    }

    /// The folder below the data folder.
    package var folder: String { "ledger/\(node)/\(custody)-\(year)" }

    package func reference(to index: UInt64) -> Reference {
        Reference(node: node, custody: custody, year: year, index: index)
    }

    package static func isOrigin(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2B }
    }

    package static func id(ofOrigin origin: String) -> Opaque128 {
        SHA256.digest(Array(origin.utf8)).withUnsafeBytes { Opaque128(loadingFrom: $0, at: 0) }
    }
}
