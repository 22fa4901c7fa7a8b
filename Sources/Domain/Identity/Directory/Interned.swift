/// Values that many rows share, kept once each and never let go: entities, sets of roles, use cases. There are as many
/// as a firm has kinds of people and keys, not as it has people.
struct Interned<Value: Hashable & Sendable>: Sendable {
    private var values: [Value] = []
    private var numbers: [Value: UInt32] = [:]

    subscript(number: UInt32) -> Value { values[Int(number)] }

    mutating func number(of value: Value) -> UInt32 {
        if let known = numbers[value] { return known }
        let number = UInt32(truncatingIfNeeded: values.count)
        values.append(value)
        numbers[value] = number
        return number
    }

    /// Roughly: the values' own storage is not counted.
    var heldBytes: Int {
        values.capacity * MemoryLayout<Value>.stride + numbers.capacity * (MemoryLayout<Value>.stride + 5)
    }
}
