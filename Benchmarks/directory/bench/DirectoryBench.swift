import CAllocationCounter
import Crypto
import Glibc
import Identity
import Stores
import Vocabulary

/// What a node does with it: reads it all, then checks what is presented while people change.
struct DirectoryBench {
    private let bank: BankStore
    private static let rounds = 9
    private let now = BankStore.now.adding(seconds: 60)

    init(_ bank: BankStore) { self.bank = bank }

    func run() throws -> String {
        let presented = try bank.presented()
        let before = residentBytes()
        let start = seconds()
        let startOfThread = seconds(CLOCK_THREAD_CPUTIME_ID)
        let store = try ControlStore(path: bank.path, readOnly: true)
        var directory = try store.directory()
        let loaded = seconds() - start
        let loadedProcessor = seconds(CLOCK_THREAD_CPUTIME_ID) - startOfThread
        let held = residentBytes() - before
        let counts = directory.counts
        let each = counts.people + counts.keys
        var figures: [(String, Double)] = [
            ("people", Double(counts.people)), ("accounts", Double(counts.accounts)), ("keys", Double(counts.keys)),
            ("sessions", Double(counts.sessions)), ("start_s", loaded),
            ("start_processor_s", loadedProcessor),
            ("resident_bytes_each", Double(held) / Double(each)),
            ("held_bytes_each", Double(directory.heldBytes) / Double(each)),
        ]
        let keys = presented.filter { if case .key = $0 { true } else { false } }
        let sessions = presented.filter { if case .session = $0 { true } else { false } }
        for (name, texts) in [("key", keys), ("session", sessions)] {
            let (nanoseconds, allocations) = try check(texts, &directory)
            figures.append(("\(name)_check_ns", nanoseconds))
            figures.append(("\(name)_check_allocations", allocations))
        }
        figures.append(("change_slice_ms", change(&directory, try store.people(first: 100_000))))
        return "{" + figures.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    /// The least of the rounds, by the processor's time: what a neighbour takes is not the check's.
    private func check(_ texts: [BearerText], _ directory: inout Directory) throws -> (Double, Double) {
        let pepper = HMAC(key: BankStore.pepper)
        var best = Double.infinity
        var allocations = 0
        var opened = 0
        for _ in 0..<DirectoryBench.rounds {
            let count = portcullis_allocation_count()
            let start = seconds(CLOCK_THREAD_CPUTIME_ID)
            for text in texts {
                let match = try directory.check(text, pepper: pepper, at: now)
                if directory.touch(match, at: now) { opened += 1 }
                opened += 1
            }
            best = min(best, seconds(CLOCK_THREAD_CPUTIME_ID) - start)
            allocations = portcullis_allocation_count() - count
        }
        precondition(opened >= texts.count)
        return (best * 1e9 / Double(texts.count), Double(allocations) / Double(texts.count))
    }

    /// The longest of the pieces in which a node takes a mass change over, in milliseconds.
    private func change(_ directory: inout Directory, _ people: [Person]) -> Double {
        var longest = 0.0
        for start in stride(from: 0, to: people.count, by: ControlStore.changesAtOnce) {
            let piece = people[start..<min(people.count, start + ControlStore.changesAtOnce)].map { person in
                var moved = person
                moved.entity = EntityID("meridian-new")
                moved.title = person.title + ", and what came with the merger of both"
                return moved
            }
            let began = seconds(CLOCK_THREAD_CPUTIME_ID)
            for person in piece { directory.put(person) }
            longest = max(longest, seconds(CLOCK_THREAD_CPUTIME_ID) - began)
        }
        return longest * 1000
    }

    private func seconds(_ clock: clockid_t = CLOCK_MONOTONIC) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Of this process (proc(5), statm: the second number, in pages).
    private func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var (total, resident) = (0, 0)
        withUnsafeMutablePointer(to: &total) { total in
            withUnsafeMutablePointer(to: &resident) { resident in
                _ = withVaList([total, resident]) { vfscanf(file, "%ld %ld", $0) }
            }
        }
        return resident * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

extension ControlStore {
    /// In the order of their ids.
    func people(first count: Int) throws -> [Person] { Array(try people().prefix(count)) }
}
