internal import JSON

extension JSONValue {
    /// Any number, as a double; nil for other kinds.
    var number: Double? {
        guard kind == .number else { return nil }
        return Double(String(decoding: document.bytes[range], as: UTF8.self))
    }

    /// A number without fraction and exponent.
    var isWhole: Bool {
        kind == .number && document.bytes[range].allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) }
    }
}
