// Proves by tables what a receiver gets that is slow, silent or gone: order kept, nothing twice that was taken, the
// oldest lost first, the loss told, rests that double; and that pushing never waits for a receiver.
import Notices
import Runtime
import TestKit
import Testing
import Vocabulary

struct NoticeQueueTests {
    private static let at = Instant(seconds: 1)

    /// A queue behind a reference: a macro's expression changes no value.
    private final class Held {
        private var queue: NoticeQueue
        init(sink: String) { queue = NoticeQueue(sink: sink) }
        func push(_ notice: Notice) -> Bool { queue.push(notice) }
        func next(now: UInt64) -> Notice? { queue.next(now: now, at: NoticeQueueTests.at) }
        func done(_ delivery: NoticeQueue.Delivery, now: UInt64) { queue.done(delivery, now: now) }
        var due: UInt64? { queue.due }
        var count: Int { queue.count }
        var lost: UInt64 { queue.lost }
        var delivered: UInt64 { queue.delivered }
        var refused: UInt64 { queue.refused }
    }

    private func notice(_ number: Int) -> Notice {
        Notice(id: "n-\(number)", at: Self.at, kind: .alert, name: "x", actor: nil, subjects: [])
    }

    @Test func inOrderAndOneAtATime() {
        let queue = Held(sink: "syslog")
        #expect(queue.next(now: 0) == nil)
        #expect(queue.due == nil)
        for number in 1...3 {
            #expect(!queue.push(notice(number)))
        }
        #expect(queue.next(now: 0)?.id == "n-1")
        #expect(queue.next(now: 0) == nil)
        #expect(queue.count == 3)
        queue.done(.taken, now: 0)
        #expect(queue.next(now: 0)?.id == "n-2")
        queue.done(.refused, now: 0)
        #expect(queue.next(now: 0)?.id == "n-3")
        queue.done(.taken, now: 0)
        #expect(queue.due == nil && queue.delivered == 2 && queue.refused == 1)
    }

    @Test func aFailedOneIsSentAgainAfterARestThatDoubles() {
        let queue = Held(sink: "webhook")
        _ = queue.push(notice(1))
        _ = queue.push(notice(2))
        var now: UInt64 = 0
        for seconds: UInt64 in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(queue.next(now: now)?.id == "n-1")
            queue.done(.failed, now: now)
            #expect(queue.due == now + seconds * 1_000_000_000)
            #expect(queue.next(now: now + seconds * 1_000_000_000 - 1) == nil)
            now += seconds * 1_000_000_000
        }
        #expect(queue.next(now: now)?.id == "n-1")
        queue.done(.taken, now: now)
        #expect(queue.next(now: now)?.id == "n-2")
        queue.done(.failed, now: now)
        #expect(queue.due == now + NoticeQueue.firstRest, "what was taken ends the rests")
    }

    @Test func theOldestIsLostAndTheLossIsToldFirst() {
        let queue = Held(sink: "syslog")
        for number in 1...NoticeQueue.capacity {
            #expect(!queue.push(notice(number)))
        }
        #expect(queue.next(now: 0)?.id == "n-1")
        // The one on its way counts.
        let losses = [queue.push(notice(9001)), queue.push(notice(9002))]
        #expect(losses == [true, true])
        #expect(queue.lost == 2 && queue.count == NoticeQueue.capacity)
        queue.done(.taken, now: 0)
        let loss = queue.next(now: 0)
        #expect(loss?.name == "notices_lost" && loss?.subjects.map(\.value) == ["syslog", "2"])
        // Lost meanwhile: told with the next.
        for number in 1...3 { _ = queue.push(notice(number)) }
        let more = queue.lost - 2
        queue.done(.failed, now: 0)
        let again = queue.next(now: NoticeQueue.firstRest)
        #expect(again?.name == "notices_lost" && again?.subjects.map(\.value) == ["syslog", "\(2 + more)"])
        queue.done(.taken, now: NoticeQueue.firstRest)
        #expect(queue.next(now: NoticeQueue.firstRest)?.name == "x")
    }

    @EventLoop private final class Silent: NoticeChannel {
        var asked = 0
        var waiting: UnsafeContinuation<NoticeQueue.Delivery, Never>?

        func deliver(_ notice: Notice) async -> NoticeQueue.Delivery {
            asked += 1
            return await withUnsafeContinuation { waiting = $0 }
        }
    }

    @Test @EventLoop func pushingDoesNotWait() async {
        TestLoop.start()
        let channel = Silent()
        var lost = 0
        let sink = NoticeSink("syslog", channel) { lost += 1 }
        for number in 0..<NoticeQueue.capacity + 10 { sink.push(notice(number)) }
        while channel.waiting == nil { await EventLoop.sleep(nanoseconds: .milliseconds(1)) }
        #expect(channel.asked == 1 && lost == 10)
        channel.waiting?.resume(returning: .taken)
    }
}
