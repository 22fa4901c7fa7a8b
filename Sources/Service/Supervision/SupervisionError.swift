package import Bundle
internal import Files
package import Installation
package import Runtime
package import Transport

/// Why an installation cannot be started. Each is one line with its remedy.
package enum SupervisionError: Error, Sendable {
    case installation(InstallationError)
    /// The data folder or something in it cannot be made.
    case unusableFolder(problem: String)
    case listen(ListeningSocket.Failure)
    case badAddress(String)
    /// Another supervisor holds the folder's lock.
    case alreadyRunning(root: String, pid: String?)
    /// `--fresh` would remove what is no installation.
    case notOurs(root: String)
    case fewDescriptors(limit: Int)
    case pathTooLong(path: String)
    case launch(ChildProcess.LaunchFailure)
    /// A program that says it cannot run; `line` is its last word.
    case programFailed(name: String, end: String, line: String?, log: String)
    case notReady(name: String, seconds: Int, line: String?, log: String)
    case noBundleFolder(searched: String)
    case badBundle(BundleErrors)
    /// The console refused a call of the seeding.
    case refused(call: String, status: Int, message: String)
    case unanswered(call: String, fault: String)
    /// A request that should be answered was not; `last` is its status or fault.
    case noFirstAnswer(last: String)
    case badFile(path: String, problem: String)
    /// A signal came during the start.
    case interrupted
    /// A second signal came during the drain, or it took too long.
    case cutShort

    package var message: String {
        switch self {
        case .installation(let error): error.message
        case .unusableFolder(let problem): "\(problem); choose another --data, or let this user write there"
        case .listen(let failure): failure.message
        case .badAddress(let text): "\(text) is not ADDRESS:PORT, such as 127.0.0.1:8080 (port 0 picks a free one)"
        case .alreadyRunning(let root, let pid):
            "another portcullis\(pid.map { " (process \($0))" } ?? "") runs on \(root); stop it or choose another data folder"
        case .notOurs(let root):
            "\(root) holds something else than an installation (no portcullis.yaml); --fresh removes nothing there, choose another folder"
        case .fewDescriptors(let limit): "the limit of open files is \(limit); raise it with `ulimit -n 4096` or more"
        case .pathTooLong(let path):
            "\(path) is longer than the 107 bytes a Unix socket may have; choose a shorter data folder"
        case .launch(let failure): failure.message
        case .programFailed(let name, let end, let line, let log):
            line.map { "\(name) cannot start: \($0)" }
                ?? "\(name) \(end) at its start and said nothing; look into \(log)"
        case .notReady(let name, let seconds, let line, let log):
            "\(name) is not ready after \(seconds) s" + (line.map { ": \($0)" } ?? "") + "; look into \(log)"
        case .noBundleFolder(let searched):
            "found no folder examples/bank at or above \(searched); name the bundle with --bundle DIR"
        case .badBundle(let errors): errors.description
        case .refused(let call, let status, let message): "the console refused \(call) with \(status): \(message)"
        case .unanswered(let call, let fault): "\(call) got no answer (\(fault)); look into the logs folder"
        case .noFirstAnswer(let last): "a first request that should be answered got \(last); look into the logs folder"
        case .badFile(let path, let problem): "\(path): \(problem)"
        case .interrupted: "interrupted"
        case .cutShort: "ended before every answer under way was complete; their records say so"
        }
    }

    /// What the shell is told: 1 for an end that was not clean, 2 for wrong use, 3 for what is unavailable.
    package var exitStatus: Int32 {
        switch self {
        case .cutShort: 1
        case .badAddress: 2
        default: 3
        }
    }

    static func file(_ error: FileError) -> SupervisionError { .installation(.file(error)) }
}

extension ChildProcess.End {
    /// As the verb of a sentence.
    package var described: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .killed(let signal): "was ended by signal \(signal)"
        }
    }
}
