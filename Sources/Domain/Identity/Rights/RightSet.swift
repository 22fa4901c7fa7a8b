/// A set of rights as bits: asked for every call, kept for every signed-in person.
package struct RightSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// Bit n is the n-th of `Right.allCases`.
    private var bits: UInt64 = 0

    package init() {}
    package init(arrayLiteral rights: Right...) { for right in rights { insert(right) } }
    package init(_ rights: some Sequence<Right>) { for right in rights { insert(right) } }

    package func contains(_ right: Right) -> Bool { bits & RightSet.bit(right) != 0 }
    package mutating func insert(_ right: Right) { bits |= RightSet.bit(right) }
    package mutating func formUnion(_ other: RightSet) { bits |= other.bits }
    package func subtracting(_ other: RightSet) -> RightSet {
        var rest = self
        rest.bits &= ~other.bits
        return rest
    }
    package var isEmpty: Bool { bits == 0 }

    /// In the order of `Right.allCases`.
    package var all: [Right] { Right.allCases.filter { contains($0) } }

    /// LIMIT: 64 rights; a test counts them.
    private static func bit(_ right: Right) -> UInt64 { 1 << UInt64(RightSet.number[right] ?? 0) }
    private static let number = Dictionary(uniqueKeysWithValues: zip(Right.allCases, 0...))
}
