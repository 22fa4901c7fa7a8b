internal import Runtime

/// Lets one at a time through, in the order of their coming.
@EventLoop
final class Turnstile {
    private var isTaken = false
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    nonisolated init() {}

    func pass<Value>(_ body: () async throws(Problem) -> Value) async throws(Problem) -> Value {
        if isTaken {
            await withUnsafeContinuation { waiting.append($0) }
        } else {
            isTaken = true
        }
        defer {
            // Whoever is next finds it taken already.
            if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
        }
        return try await body()
    }
}
