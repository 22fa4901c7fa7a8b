package import Vocabulary

/// Where somebody may be from one instant until some evidence begins or ceases to count. Between the two only ages
/// change, so that thousands of calls of one person are weighed once.
package struct LocatedWhile: Sendable {
    private let from: Instant
    /// The first instant at which the lasting evidence may say something else; nil: never.
    private let until: Instant?
    private let located: Located
    /// What is seen anew whenever it is asked for: the network that a request comes from.
    private let present: Evidence?

    /// - Parameters:
    ///   - lasting: observed once, and counting for a while.
    ///   - present: observed at `now`, as at every later instant that is asked for.
    package init(_ lasting: [Evidence], present: Evidence? = nil, at now: Instant) {
        from = now
        until = lasting.compactMap { $0.nextChange(after: now) }.min()
        self.present = present
        located = Located(present.map { lasting + [$0] } ?? lasting, at: now)
    }

    package func holds(at now: Instant) -> Bool { from <= now && until.map { now < $0 } ?? true }

    /// - Precondition: it holds at `now`.
    package func at(_ now: Instant) -> Located {
        precondition(holds(at: now))
        var later = located
        for index in later.used.indices {
            if later.used[index].id == present?.id { later.used[index].observed = now }
            later.used[index].ageSeconds = max(0, now.seconds - later.used[index].observed.seconds)
        }
        var again = present
        again?.observed = now
        let presentUntil = again?.nextChange(after: now)
        later.freshUntil =
            switch (until, presentUntil) {
            case (let until?, let present?): min(until, present)
            default: until ?? presentUntil
            }
        return later
    }
}
