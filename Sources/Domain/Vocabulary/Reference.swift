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
            String(year) == parts[3],
            let index = Base32.decode(parts[4]), let check = Base32.decode(parts[5])
        else { return nil }
        self.init(node: node, custody: custody, year: year, index: index)
        guard check == Reference.check(body) else { return nil }
    }

    package var description: String {
        var text = body
        let check = Reference.check(text)
        text.append(ascii: "-")
        if check < 32 { text.append(ascii: "0") }
        Base32.append(check, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a node or custody may stand in a reference.
    package static func isName(_ text: some StringProtocol) -> Bool {
        (1...16).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// All but the check.
    private var body: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        text.append(ascii: "D-")
        text.append(contentsOf: node.text.utf8)
        text.append(ascii: "-")
        text.append(contentsOf: custody.text.utf8)
        text.append(ascii: "-")
        text.append(contentsOf: String(year).utf8)
        text.append(ascii: "-")
        Base32.append(index, to: &text)
        return text
    }

    private static func check(_ body: [UInt8]) -> UInt64 { UInt64(CRC32C.of(body) & 1023) }
}
