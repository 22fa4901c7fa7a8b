/// A fact that is so, is not so, or is not known. Not known counts as both: a forbid fires on either, a permit needs
/// both.
package enum Answer: String, CaseIterable, Sendable {
    case yes
    case no
    case unknown

    package init(_ value: Bool) { self = value ? .yes : .no }
    /// Nil reads as unknown.
    package init(_ value: Bool?) { self = value.map(Answer.init) ?? .unknown }
}
