// Proves that hashing leaves the loop, is bounded, and does not tell an account without a password from a wrong one.
import Bytes
import Runtime
import TestKit
import Testing

@testable import Passwords

struct PasswordWorkersTests {
    init() { TestLoop.start() }

    @Test func verifiesAndHashes() async throws {
        let outcome = await onLoop { () async throws(PasswordError) in
            let workers = PasswordWorkers(
                pepper: SecretBytes([UInt8](repeating: 7, count: 32)), cost: PasswordHashTests.cheap)
            let password = try Password(chosen: "correct horse battery")
            let wrong = try Password(presented: "wrong")
            let hash = try await workers.hash(password)
            let verdicts = [
                try await workers.verify(password, against: hash), try await workers.verify(wrong, against: hash),
                try await workers.verify(password, against: nil),
            ]
            workers.finish()
            return verdicts
        }
        #expect(try outcome.get() == [.right(isWeak: false), .wrong, .wrong])
    }

    /// One runs, so many wait, and one beyond them is refused at once.
    @Test func refusesBeyondItsQueue() async throws {
        let outcome = await onLoop { () async throws(PasswordError) in
            let workers = PasswordWorkers(
                pepper: SecretBytes([7]), cost: PasswordCost(memoryKibibytes: 16_384, passes: 4, lanes: 1), threads: 1,
                waiting: 2)
            let password = try Password(chosen: "correct horse battery")
            let outcomes = Lock<[String]>([])
            let tasks = (0..<8).map { _ in
                EventLoop.spawn {
                    do throws(PasswordError) {
                        _ = try await workers.hash(password)
                        outcomes.withLock { $0.append("hashed") }
                    } catch {
                        let word = error == .overloaded ? "refused" : "failed"
                        outcomes.withLock { $0.append(word) }
                    }
                }
            }
            for task in tasks { await task.value }
            workers.finish()
            return outcomes.withLock { $0 }
        }
        let words = try outcome.get()
        #expect(words.first == "refused")
        #expect(words.count { $0 == "hashed" } >= 2)
        #expect(words.count { $0 == "refused" } >= 3)
        #expect(!words.contains("failed"))
    }

    private func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable @EventLoop () async throws(PasswordError) -> Value
    ) async -> Result<Value, PasswordError> {
        await withCheckedContinuation { continuation in
            EventLoop.spawn {
                do throws(PasswordError) {
                    continuation.resume(returning: .success(try await body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    }
}
