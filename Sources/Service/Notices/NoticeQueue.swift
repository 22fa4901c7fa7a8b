package import Vocabulary

/// What waits for one receiver, as values: bounded, in order, each sent until it is taken. When it overflows, the
/// oldest is lost, and the loss is itself told before anything else.
///
///     push ──▶ waiting ──next──▶ on its way ──taken, refused──▶ gone
///                 ▲                   └──failed──▶ rest, doubling from 1 s to 60 s ──▶ the same one again
package struct NoticeQueue: Sendable {
    /// What came of one sending.
    package enum Delivery: Equatable, Sendable {
        case taken
        /// The receiver does not want it and will not want it later.
        case refused
        /// Nobody answered, or asked for a rest.
        case failed
    }

    /// LIMIT: notices that wait for one receiver.
    package static let capacity = 1024
    package static let firstRest: UInt64 = 1_000_000_000
    package static let longestRest: UInt64 = 60_000_000_000

    private let sink: String
    private var waiting: [Notice] = []
    private var onItsWay: Notice?
    private var isLossOnItsWay = false
    /// Lost since the last time that it was told.
    private var untold: UInt64 = 0
    private var told: UInt64 = 0
    private var rest: UInt64 = 0
    private var restsUntil: UInt64 = 0
    package private(set) var lost: UInt64 = 0
    package private(set) var delivered: UInt64 = 0
    package private(set) var refused: UInt64 = 0
    package private(set) var failures: UInt64 = 0

    /// - Parameter sink: names the receiver: `syslog`, `webhook`.
    package init(sink: String) { self.sink = sink }

    package var count: Int { waiting.count + (onItsWay == nil || isLossOnItsWay ? 0 : 1) }

    /// True when an older one was lost for it.
    package mutating func push(_ notice: Notice) -> Bool {
        waiting.append(notice)
        guard count > NoticeQueue.capacity else { return false }
        waiting.removeFirst()
        lost += 1
        untold += 1
        return true
    }

    /// The next to be sent; nil while one is on its way, while it rests, and when nothing waits.
    package mutating func next(now: UInt64, at: Instant) -> Notice? {
        guard onItsWay == nil, now >= restsUntil else { return nil }
        if untold > 0 {
            isLossOnItsWay = true
            told = untold
            onItsWay = Notice(
                id: "lost-\(sink)-\(lost)-\(at.seconds)", at: at, kind: .alert, name: "notices_lost", actor: nil,
                subjects: [("sink", sink), ("count", "\(told)")])
        } else if !waiting.isEmpty {
            onItsWay = waiting.removeFirst()
        }
        return onItsWay
    }

    package mutating func done(_ delivery: Delivery, now: UInt64) {
        guard let notice = onItsWay else { return }
        onItsWay = nil
        let wasLoss = isLossOnItsWay
        isLossOnItsWay = false
        switch delivery {
        case .failed:
            failures += 1
            rest = rest == 0 ? NoticeQueue.firstRest : min(rest * 2, NoticeQueue.longestRest)
            restsUntil = now &+ rest
            // A loss that was not told is told anew, with what was lost meanwhile.
            if !wasLoss { waiting.insert(notice, at: 0) }
            return
        case .taken: delivered += 1
        case .refused: refused += 1
        }
        rest = 0
        if wasLoss { untold -= told }
    }

    /// When `next` should be asked again; nil when there is nothing to do.
    package var due: UInt64? { onItsWay == nil && (untold > 0 || !waiting.isEmpty) ? restsUntil : nil }
}
