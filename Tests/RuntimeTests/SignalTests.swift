// Proves that threads of ours leave signals to the loop: one of theirs would end the process without a drain.
import Glibc
import Testing

@testable import Runtime

struct SignalTests {
    @Test func workThreadsBlockTheSignalsThatEndAProcess() {
        let blocked = Lock<[Bool]>([])
        let thread = WorkThread(name: "test")
        thread.submit {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            blocked.withLock { seen in seen = [SIGINT, SIGTERM, SIGHUP].map { sigismember(&mask, $0) == 1 } }
        }
        thread.finish()
        #expect(blocked.withLock { $0 } == [true, true, true])
    }
}
