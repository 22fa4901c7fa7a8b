/// How long a record is kept at least. The classes are a register of the installation; 0 means that nobody has classed
/// the record yet, so that it is kept for the longest duty.
package struct RetentionClass: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let unclassed = RetentionClass(rawValue: 0)
}
