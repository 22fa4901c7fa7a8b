internal import CLinux
internal import Glibc

/// A program that this one started and watches. It dies with its parent (PR_SET_PDEATHSIG), is signalled by its own pid
/// only, and reports its end once.
@EventLoop
package final class ChildProcess: EventSource {
    package enum End: Sendable, Equatable {
        case exited(status: Int32)
        case killed(signal: Int32)
    }

    package struct LaunchFailure: Error, Equatable, Sendable {
        /// The program, or the log file.
        package let path: String
        package let errorNumber: Int32

        package var message: String { "cannot start \(path): \(String(cString: strerror(errorNumber)).lowercased())" }
    }

    package let pid: Int32
    package private(set) var end: End?
    private let descriptor: Int32
    private var registration: Reactor.Registration?
    private let ended: @EventLoop (End) -> Void

    /// Standard input and output are `/dev/null`.
    /// - Parameter arguments: without the program's name.
    /// - Parameter log: standard error is appended to this file; nil inherits.
    package init(
        program: String, arguments: [String], environment: [String: String], log: String?,
        ended: @escaping @EventLoop (End) -> Void
    ) throws(LaunchFailure) {
        self.ended = ended
        let null = try ChildProcess.open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let errors = try log.map { path throws(LaunchFailure) in
            try ChildProcess.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC)
        }
        defer { if let errors { close(errors) } }
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0.key + "=" + $0.value) } + [nil]
        defer {
            for pointer in argv { free(pointer) }
            for pointer in envp { free(pointer) }
        }
        let result = portcullis_spawn(program, &argv, &envp, null, null, errors ?? -1, SIGKILL)
        guard result > 0 else { throw LaunchFailure(path: program, errorNumber: -result) }
        pid = result
        descriptor = portcullis_pidfd_open(result)
        guard descriptor >= 0 else {
            let number = errno
            kill(result, SIGKILL)
            var status: Int32 = 0
            waitpid(result, &status, 0)
            throw LaunchFailure(path: program, errorNumber: number)
        }
        registration = Reactor.shared.register(descriptor, self, .readable)
    }

    package func ready(_ events: Readiness) {
        guard end == nil, let registration else { return }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return }
        var signal: Int32 = 0
        let exit = portcullis_wait_status(status, &signal)
        let how: End = signal == 0 ? .exited(status: exit) : .killed(signal: signal)
        end = how
        Reactor.shared.cancel(registration)
        self.registration = nil
        close(descriptor)
        ended(how)
    }

    /// Asks it to end (SIGTERM).
    package func terminate() { if end == nil { kill(pid, SIGTERM) } }
    /// Ends it (SIGKILL).
    package func destroy() { if end == nil { kill(pid, SIGKILL) } }

    private static func open(_ path: String, _ flags: Int32) throws(LaunchFailure) -> Int32 {
        let descriptor = portcullis_open(path, flags, 0o600)
        guard descriptor >= 0 else { throw LaunchFailure(path: path, errorNumber: errno) }
        return descriptor
    }
}
