internal import Bytes

/// `portcullis-ref`: the address of one record in one ledger, short enough to read over the telephone.
///
/// `D-<node>-<custody>-<year>-<index>-<check>`, for example `D-gw1-hk-2026-4K7-5F`. Node and custody are 1 to 16 small
/// letters and digits; the index is Crockford base 32; the check is the number (CRC-32C of all before it) mod 1024 as
/// two base-32 digits. Read without regard to case.
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    package var node: NodeID
    package var custody: CustodyID
    package var year: Int
    package var index: UInt64

    package init(node: NodeID, custody: CustodyID, year: Int, index: UInt64) {
        self.node = node
        self.custody = custody
        self.year = year
        self.index = index
    }

    /// Nil for a damaged or mistyped reference.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].lowercased() == "d", Reference.isName(parts[1].lowercased()),
            Reference.isName(parts[2].lowercased()), let node = NodeID(parts[1].lowercased()),
            let custody = CustodyID(parts[2].lowercased()), parts[3].utf8.count == 4, let year = Int(parts[3]),
            let index = Base32.decode(parts[4]), let check = Base32.decode(parts[5])
        else { return nil }
        self.init(node: node, custody: custody, year: year, index: index)
        guard check == Reference.check(body) else { return nil }
    }

    package var description: String {
        let body = self.body
        let check = Base32.encode(Reference.check(body))
        return body + "-" + (check.utf8.count == 1 ? "0" + check : check)
    }

    /// Whether a node or custody may stand in a reference.
    package static func isName(_ text: some StringProtocol) -> Bool {
        (1...16).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    private var body: String { "D-\(node)-\(custody)-\(year)-" + Base32.encode(index) }
    private static func check(_ body: String) -> UInt64 { UInt64(CRC32C.of(Array(body.utf8)) & 1023) }
}
