internal import Runtime

/// The tries that are under way: from before the record until the last byte. When the state changes, each that it
/// concerns is decided again.
@EventLoop
final class OpenAttempts {
    private var attempts: [ObjectIdentifier: Attempt] = [:]

    nonisolated init() {}

    var count: Int { attempts.count }
    var all: [Attempt] { Array(attempts.values) }

    func add(_ attempt: Attempt) { attempts[ObjectIdentifier(attempt)] = attempt }
    func remove(_ attempt: Attempt) { attempts[ObjectIdentifier(attempt)] = nil }
}
