/// When a play is played.
struct ScriptRule: Equatable, Sendable {
    struct Match: Equatable, Sendable {
        var model: String?
        /// Header name in lower case, and what its value must contain.
        var header: (name: String, contains: String)?
        /// What the last user text must contain.
        var text: String?
        /// The how-manieth request that meets the other conditions, counted from 1.
        var nth: Int?
        /// Every so-many-th of them.
        var every: Int?

        static func == (left: Match, right: Match) -> Bool {
            left.model == right.model && left.text == right.text && left.nth == right.nth && left.every == right.every
                && left.header?.name == right.header?.name && left.header?.contains == right.header?.contains
        }
    }

    var match = Match()
    /// How often the rule plays at most.
    var times: Int?
    var play: Play
    /// The play as it was written, for the byte log.
    var source: [UInt8]
}
