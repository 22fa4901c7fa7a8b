/// What of a chunk is shown.
package enum ShownBytes: Sendable {
    /// All of it, unchanged: nothing is allocated for the record.
    case same
    case derived(Derived)
}
