/// The value of one attribute as far as it is known.
package enum FactValue: Hashable, Sendable {
    /// One value, which may be any of these.
    case choice(Possibilities)
    /// Several values that hold together: these certainly, and perhaps others up to `perhaps`.
    case set(certain: Set<String>, perhaps: Possibilities)
    case number(ClosedRange<Int64>)
    /// The input does not have it: a fault of whoever asks. Counts as unknown, and is named in the ground.
    case absent
}

package enum Possibilities: Hashable, Sendable {
    case any
    case among(Set<String>)
}
