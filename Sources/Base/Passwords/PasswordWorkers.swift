package import Bytes
internal import Crypto
package import Runtime

/// Hashes passwords on threads of its own, so many at once and no more: memory is bounded by threads times cost, and
/// whoever floods the sign-in is refused instead of stopping the rest.
@EventLoop
package final class PasswordWorkers {
    /// LIMIT: hashes at once.
    package nonisolated static let threads = 2
    /// LIMIT: that wait for one thread; at 0.2 s each, nobody waits longer than seven seconds.
    package nonisolated static let waiting = 32

    private let workers: [WorkThread]
    private var next = 0
    private let cost: PasswordCost
    private let pepper: SecretBytes
    /// Stands for the hash of an account that has none, so that its absence takes as long as a wrong password.
    private let decoy: PasswordHash

    package init(
        pepper: SecretBytes, cost: PasswordCost = .standard, threads: Int = threads, waiting: Int = waiting
    ) {
        self.pepper = pepper
        self.cost = cost
        workers = (0..<max(1, threads)).map { WorkThread(name: "passwords-\($0)", capacity: waiting) }
        decoy = PasswordHash(
            cost: cost, salt: SecureRandom.bytes(PasswordHash.saltLength),
            tag: SecureRandom.bytes(PasswordHash.tagLength))
    }

    package func hash(_ password: Password) async throws(PasswordError) -> PasswordHash {
        let (cost, pepper) = (cost, pepper)
        return try await run { () throws(PasswordError) in try password.hash(cost: cost, pepper: pepper) }
    }

    /// - Parameter hash: nil for an account without a password, which takes its time and is wrong.
    package func verify(
        _ password: Password, against hash: PasswordHash?
    ) async throws(PasswordError) -> Password.Verdict {
        let (cost, pepper, known) = (cost, pepper, hash ?? decoy)
        let verdict = try await run { () throws(PasswordError) in
            try password.verify(known, pepper: pepper, today: cost)
        }
        return hash == nil ? .wrong : verdict
    }

    /// Waits for what was begun.
    package func finish() { for worker in workers { worker.finish() } }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(PasswordError) -> Value
    ) async throws(PasswordError) -> Value {
        let worker = workers[next]
        next = (next + 1) % workers.count
        let result: Result<Value, PasswordError> = await withUnsafeContinuation { continuation in
            let taken = worker.submit {
                do throws(PasswordError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !taken { continuation.resume(returning: .failure(.overloaded)) }
        }
        return try result.get()
    }
}
