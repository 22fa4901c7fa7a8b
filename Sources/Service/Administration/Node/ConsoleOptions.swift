package import Installation
package import Transport

/// How the console is started.
package struct ConsoleOptions: Sendable {
    package var folder: DataFolder
    /// Where it answers over TCP, besides the Unix socket.
    package var listen: SocketAddress
    package var settings: Settings
    /// Of the program, for the ledger.
    package var version: String

    package init(folder: DataFolder, listen: SocketAddress, settings: Settings, version: String) {
        self.folder = folder
        self.listen = listen
        self.settings = settings
        self.version = version
    }
}

/// Why the console does not start, or ended. Each is one line with its remedy.
package enum ConsoleError: Error, Sendable {
    case installation(InstallationError)
    case listen(ListeningSocket.Failure)
    case store(String)
    case ledger(String)
    case fenced(log: String)

    package var message: String {
        switch self {
        case .installation(let error): error.message
        case .listen(let failure): failure.message
        case .store(let problem): "the control store cannot be used: \(problem)"
        case .ledger(let problem): "the ledger cannot be opened: \(problem)"
        case .fenced(let log):
            "a record of \(log) could not be written; the console ends, and recovers when it starts again"
        }
    }
}
