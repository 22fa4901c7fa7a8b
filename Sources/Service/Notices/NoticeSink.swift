package import Runtime
internal import Vocabulary

/// A way to one receiver. Never throws: what cannot be delivered is `failed`, and is tried again.
@EventLoop
package protocol NoticeChannel: AnyObject {
    func deliver(_ notice: Notice) async -> NoticeQueue.Delivery
}

/// One receiver of notices: its queue, and whoever carries them. `push` never waits.
@EventLoop
package final class NoticeSink {
    package nonisolated let name: String
    package private(set) var queue: NoticeQueue
    private let channel: any NoticeChannel
    private let lost: @EventLoop () -> Void
    private var isRunning = false
    private let now: @EventLoop () -> UInt64
    private let pause: @EventLoop (UInt64) async -> Void

    /// - Parameters:
    ///   - lost: called for each notice that is lost.
    ///   - pause: waits so many nanoseconds.
    package init(
        _ name: String, _ channel: any NoticeChannel, lost: @escaping @EventLoop () -> Void,
        now: @escaping @EventLoop () -> UInt64 = { Clocks.monotonic },
        pause: @escaping @EventLoop (UInt64) async -> Void = { await EventLoop.sleep(nanoseconds: $0) }
    ) {
        self.name = name
        self.channel = channel
        self.lost = lost
        self.now = now
        self.pause = pause
        queue = NoticeQueue(sink: name)
    }

    package func push(_ notice: Notice) {
        if queue.push(notice) { lost() }
        guard !isRunning else { return }
        isRunning = true
        EventLoop.spawn { await self.run() }
    }

    private func run() async {
        while let due = queue.due {
            let time = now()
            if due > time { await pause(due - time) }
            guard let notice = queue.next(now: now(), at: Instant(nanoseconds: Clocks.wall)) else { continue }
            let delivery = await channel.deliver(notice)
            queue.done(delivery, now: now())
        }
        isRunning = false
    }
}
