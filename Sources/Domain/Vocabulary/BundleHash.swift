internal import Bytes

/// SHA-256 of a bundle's canonical snapshot: which rules, facts and zone tables a decision was made on.
package struct BundleHash: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Of no bundle: for rules that were put together in memory.
    package static let none = BundleHash(zeroes: ())
    private init(zeroes: Void) { bytes = [UInt8](repeating: 0, count: 32) }

    package var hexadecimal: String { Hex.encode(bytes) }
    package var description: String { "sha256:" + hexadecimal }
}
