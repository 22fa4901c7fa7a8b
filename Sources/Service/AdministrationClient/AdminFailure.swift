/// Why there is no answer to a call of the administration. Each is one line with its remedy.
package enum AdminFailure: Error, Equatable, Sendable {
    /// No process listens at the socket. `remedy` says how one is started.
    case nothingAnswers(socket: String, remedy: String)
    case mayNotConnect(socket: String)
    case pathTooLong(socket: String)
    /// It listens and gave no whole answer; `problem` is a word such as `idle_timeout`.
    case noAnswer(socket: String, problem: String)
    case answerTooLong(socket: String, limit: Int)
    /// The key holds bytes that no key has.
    case badKey

    package var message: String {
        switch self {
        case .nothingAnswers(let socket, let remedy): "nothing answers at \(socket); \(remedy)"
        case .mayNotConnect(let socket):
            "\(socket) does not let this user connect; run the command as the user that runs portcullis, or as root"
        case .pathTooLong(let socket):
            "\(socket) is longer than the 107 bytes that the path of a Unix socket may have; use a shorter --data"
        case .noAnswer(let socket, let problem): "no whole answer from \(socket): \(problem); see the logs folder"
        case .answerTooLong(let socket, let limit): "the answer from \(socket) is longer than \(limit) bytes"
        case .badKey: "this is no key: keys hold letters, digits and underscores; copy the whole of it"
        }
    }
}
