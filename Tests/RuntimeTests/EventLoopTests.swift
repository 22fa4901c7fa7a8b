// Proves that tasks, posts and sleeps run on the loop's one thread, in order, and that a resumed continuation does not
// leave it.
import TestKit
import Testing

@testable import Runtime

struct EventLoopTests {
    init() { TestLoop.start() }

    @Test func jobsRunOnTheLoopInOrder() async {
        let order: [Int] = await withCheckedContinuation { continuation in
            EventLoop.post {
                var seen: [Int] = []
                EventLoop.spawn {
                    seen.append(1)
                    await EventLoop.sleep(nanoseconds: .milliseconds(2))
                    #expect(EventLoop.executor.isCurrent)
                    seen.append(3)
                    continuation.resume(returning: seen)
                }
                EventLoop.spawn { seen.append(2) }
            }
        }
        #expect(order == [1, 2, 3])
    }

    @Test func sleepIsNeverShort() async {
        let begin = Clocks.monotonic
        await EventLoop.sleep(nanoseconds: .milliseconds(5))
        #expect(Clocks.monotonic - begin >= .milliseconds(5))
    }

    @Test func aWorkThreadRunsJobsInOrderAndRefusesBeyondItsCapacity() async {
        let thread = WorkThread(name: "test", capacity: 2)
        let gate = Lock(false)
        let results = Lock<[Int]>([])
        #expect(thread.submit { while !gate.withLock({ $0 }) {} })
        // The first job has been taken off the queue once a third one fits.
        while !thread.submit({ results.withLock { $0.append(1) } }) {}
        while !thread.submit({ results.withLock { $0.append(2) } }) {}
        var refused = false
        for _ in 0..<3 where !thread.submit({ results.withLock { $0.append(3) } }) { refused = true }
        #expect(refused)
        gate.withLock { $0 = true }
        thread.finish()
        #expect(results.withLock { Array($0.prefix(2)) } == [1, 2])
        #expect(!thread.submit {})
    }
}
