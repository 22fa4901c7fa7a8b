/// A property of a parser that an input has disproved.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
}

/// Throws unless `holds`.
func promise(_ holds: Bool, _ words: StaticString) throws(BrokenPromise) {
    if !holds { throw BrokenPromise(description: words.description) }
}
