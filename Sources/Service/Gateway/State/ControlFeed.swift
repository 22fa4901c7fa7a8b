internal import Runtime
internal import Vocabulary

/// Keeps a node's state at the control store's: asks four times in each lease, and whenever it is told to. A lease is
/// renewed by every answer; while there are none, what needs a lease stops.
@EventLoop
final class ControlFeed {
    private let reader: Confined<ControlReader>
    private let state: NodeState
    private let leaseLength: UInt64
    private let changed: @EventLoop (NodeState.Change) -> Void
    private let failed: @EventLoop (String) -> Void
    /// Why the store could not be read the last time.
    private(set) var problem: String?
    private var isAsking = false
    /// The last answer was a part of what had changed. Other work gets a turn before the next part.
    private var hasMore = false
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    init(
        _ reader: Confined<ControlReader>, _ state: NodeState, leaseMilliseconds: Int,
        changed: @escaping @EventLoop (NodeState.Change) -> Void, failed: @escaping @EventLoop (String) -> Void
    ) {
        self.reader = reader
        self.state = state
        leaseLength = .milliseconds(UInt64(leaseMilliseconds))
        self.changed = changed
        self.failed = failed
    }

    func start() {
        Ticker.every(nanoseconds: leaseLength / 4) { [weak self] in
            guard let self, !isAsking else { return }
            EventLoop.spawn { await self.refresh() }
        }
    }

    /// Returns when everything is taken over that the store held at the time of the call.
    func refresh() async {
        guard !isAsking else { return await withUnsafeContinuation { waiting.append($0) } }
        isAsking = true
        repeat {
            let told = waiting
            waiting = []
            repeat { await ask() } while hasMore
            for waiter in told { waiter.resume() }
        } while !waiting.isEmpty
        isAsking = false
    }

    private func ask() async {
        let asked = Clocks.sinceBoot
        do {
            let answer = try await reader.run { reader in
                Result { () throws(ControlReader.Problem) in try reader.next() }
            }
            let update = try answer.get()
            problem = nil
            hasMore = update.hasMore
            let isNews = update.revision != state.revision
            let change = isNews ? state.apply(update) : nil
            state.renewLease(asked: asked, length: leaseLength)
            if let change { changed(change) }
        } catch {
            let text = "\(error)"
            if problem != text { failed(text) }
            problem = text
            hasMore = false
        }
    }
}
