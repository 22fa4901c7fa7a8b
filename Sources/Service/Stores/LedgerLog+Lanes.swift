internal import Files
internal import Ledger
internal import LedgerFiles
internal import Runtime

// What is under way on other threads: one write of records, one append of keys, one segment, one effect of the tree.
extension LedgerLog {
    /// At the end of each turn of the loop: starts what this turn has brought.
    func pumpIfTouched() { if isTouched { pump() } }

    /// Starts what can be started in every lane. Called when something was staged or taken, after each completion, and
    /// now and then for what time brings.
    package func pump() {
        isTouched = false
        if isFenced { return tellFenced() }
        startWrite()
        if !isKeyAppendRunning, Reactor.shared.now >= keyRetryAt { appendKeys() }
        if !isSegmentRunning, Reactor.shared.now >= segmentRetryAt, let effect = core.nextSegment() {
            prepareSegment(effect)
        }
        if !isPublishing { runPublisher() }
    }

    private func startWrite() {
        guard wantsWrite, !core.isWriting else { return }
        let write = core.nextWrite()
        wantsWrite = core.isWriteWanted
        if let write { writer.perform(write) }
    }

    func written(_ write: consuming SegmentWrite, _ began: UInt64, _ failure: LedgerFailure?) {
        if failure != nil {
            // A failed flush is fatal: the kernel may have thrown the pages away and called them clean.
            core.failed()
            return tellFenced()
        }
        metrics?.flushed(
            records: write.indices.count, bytes: write.bytes.count, nanoseconds: Clocks.monotonic &- began)
        core.completed(write)
        isTouched = true
        let finished = core.takeFinishedSegments()
        if !finished.isEmpty {
            release(finished)
            unsettledBytes += finished.count * core.segmentSize
            if unsettledBytes >= LedgerLog.settleBytes {
                unsettledBytes = 0
                publisher.settleSoon()
            }
        }
        // The next write first, then those whose bytes wait.
        startWrite()
        tellDurable()
        tellRoom()
        takeLeaves()
    }

    /// What is durable goes into the tree.
    func takeLeaves() {
        guard let leaves = core.takeDurableLeaves() else { return }
        publisher.add(leaves)
        core.reuse(leaves)
    }

    private func appendKeys() {
        let effect: LedgerEffect?
        do throws(LedgerError) { effect = try core.nextKeyAppend(at: clock()) } catch {
            core.failed()
            return tellFenced()
        }
        guard let effect else { return }
        isKeyAppendRunning = true
        run(effect) { failure in
            self.isKeyAppendRunning = false
            if let failure {
                self.core.keyAppendFailed(failure)
                self.keyRetryAt = Reactor.shared.now &+ LedgerLog.segmentRetryNanoseconds
            } else {
                self.core.keyAppendCompleted()
            }
            self.tellRoom()
            self.pump()
        }
    }

    private func prepareSegment(_ effect: LedgerEffect) {
        isSegmentRunning = true
        runWithSegments(effect) { self.segmentDone($0) }
    }

    private func segmentDone(_ failure: LedgerFailure?) {
        isSegmentRunning = false
        if failure != nil {
            core.segmentFailed()
            segmentRetryAt = Reactor.shared.now &+ LedgerLog.segmentRetryNanoseconds
        } else {
            core.segmentPrepared()
        }
        tellRoom()
        pump()
    }

    /// What has been filled is read again by auditors only; its pages serve the segments to come.
    private func release(_ paths: [String]) {
        let folder = folder
        segments.submit {
            for path in paths {
                // Advice only: a segment that cannot be opened keeps its pages.
                do throws(FileError) { try File(folder + "/" + path, .read).forgetPages() } catch { continue }
            }
        }
    }

    func runPublisher() {
        if publisher.isDue(at: clock()) {
            do throws(LedgerError) { try publisher.publish(at: clock()) } catch { return }
        }
        guard let effect = publisher.nextEffect() else { return }
        isPublishing = true
        if case .settle = effect {
            // Hundreds of flushes: keys must not wait behind them.
            runWithSegments(effect) { self.published($0) }
        } else {
            run(effect) { self.published($0) }
        }
    }

    private func published(_ failure: LedgerFailure?) {
        isPublishing = false
        if let failure { publisher.failed(failure) } else { publisher.completed() }
        if publisher.isFenced { tellFenced() } else { runPublisher() }
    }

    private func runWithSegments(
        _ effect: LedgerEffect, _ done: @escaping @Sendable @EventLoop (LedgerFailure?) -> Void
    ) {
        let folder = folder
        let taken = segments.submit {
            let failure = LedgerLog.perform(effect, in: folder)
            EventLoop.post { done(failure) }
        }
        if !taken { done(.io) }
    }

    private nonisolated static func perform(_ effect: LedgerEffect, in folder: String) -> LedgerFailure? {
        do throws(FileError) {
            return perform(effect, on: try FileEffects(folder))
        } catch { return FileEffects.failure(error) }
    }

    private nonisolated static func perform(_ effect: LedgerEffect, on disk: FileEffects) -> LedgerFailure? {
        do throws(FileError) {
            try disk.perform(effect)
            return nil
        } catch { return FileEffects.failure(error) }
    }

    private func run(_ effect: LedgerEffect, _ done: @escaping @Sendable @EventLoop (LedgerFailure?) -> Void) {
        let taken = background.submit { disk in
            let failure = LedgerLog.perform(effect, on: disk)
            EventLoop.post { done(failure) }
        }
        if !taken { done(.io) }
    }
}
