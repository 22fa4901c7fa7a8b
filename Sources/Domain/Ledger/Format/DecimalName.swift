/// File names that are numbers of fixed width, so that they sort as they count.
enum DecimalName {
    static func name(_ number: UInt64, digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Nil unless `name` is what `name(_:digits:)` writes.
    static func number(_ name: String, digits: Int) -> UInt64? {
        guard name.utf8.count == digits, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(name)
    }
}
