internal import Files
internal import Ledger
internal import LedgerFiles
internal import Runtime

/// The one write of records that a log has under way: to its thread, to the disk, and back to the loop, without an
/// allocation. The hottest hand-over there is.
final class RecordLane: WorkItem, LoopItem, @unchecked Sendable {
    // SAFETY: handed over. The loop fills `write` and submits; the thread reads it and sets `failure`; the loop looks
    // at both when it has landed. `disk` is the thread's once the first write is submitted.
    private let thread: WorkThread
    private let disk: FileEffects
    private var write: SegmentWrite?
    private var failure: LedgerFailure?
    private var began: UInt64 = 0
    @EventLoop weak var log: LedgerLog?

    init(name: String, folder: String) throws(FileError) {
        thread = WorkThread(name: name)
        disk = try FileEffects(folder)
    }

    /// - Precondition: no other is under way.
    @EventLoop
    func perform(_ write: SegmentWrite) {
        self.write = write
        began = Clocks.monotonic
        guard !thread.submit(self) else { return }
        failure = .io
        landed()
    }

    func work() {
        if let write {
            failure = nil
            do throws(FileError) { try disk.perform(write.effect) } catch { failure = FileEffects.failure(error) }
        }
        EventLoop.post(self)
    }

    @EventLoop
    func landed() {
        guard let write = write.take() else { return }
        log?.written(write, began, failure)
    }

    func finish() { thread.finish() }
}
