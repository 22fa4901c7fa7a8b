package import Files
package import Transport

/// Why the simulator does not start, or stops.
package enum SimulatorError: Error, Equatable, Sendable {
    /// The command line: a sentence with the remedy.
    case usage(String)
    case file(FileError)
    /// The key file's content; never the key itself.
    case key(path: String, problem: String)
    case listen(ListeningSocket.Failure)
    case script(path: String, ScriptFault)
    /// The byte log could not be written. A judge without a book is none, so the simulator stops.
    case bookLost(String)

    package var message: String {
        switch self {
        case .usage(let sentence): sentence
        case .file(let error): error.description
        case .key(let path, let problem): "\(path) \(problem); put the key alone on one line"
        case .listen(let failure): failure.message
        case .script(let path, let fault): "\(path): \(fault.message)"
        case .bookLost(let reason): "the byte log is lost: \(reason)"
        }
    }

    /// 2 for wrong use, 3 for what is unavailable.
    package var exitStatus: Int32 {
        switch self {
        case .usage, .key, .script: 2
        case .file, .listen, .bookLost: 3
        }
    }
}
