package import Installation
package import Transport
package import Vocabulary

/// How one gateway process is started.
package struct GatewayOptions: Sendable {
    package var folder: DataFolder
    package var node: NodeID
    package var listen: SocketAddress
    package var settings: Settings
    /// Of the program, for the ledger.
    package var version: String

    package init(folder: DataFolder, node: NodeID, listen: SocketAddress, settings: Settings, version: String) {
        self.folder = folder
        self.node = node
        self.listen = listen
        self.settings = settings
        self.version = version
    }
}

/// Why a node does not start, or ended. Each is one line with its remedy.
package enum NodeError: Error, Sendable {
    case installation(InstallationError)
    case listen(ListeningSocket.Failure)
    case control(String)
    case ledger(String)
    case noBundle(root: String)
    case tooFewDescriptors(have: Int, need: Int)
    /// A record could not be flushed. The node must start again and recover.
    case fenced(log: String)

    package var message: String {
        switch self {
        case .installation(let error): error.message
        case .listen(let failure): failure.message
        case .control(let problem): "the control store cannot be read: \(problem)"
        case .ledger(let problem): "the ledger cannot be opened: \(problem)"
        case .noBundle(let root):
            "no bundle is active, so nothing would be permitted; activate one with `portcullis bundle activate FOLDER --data \(root)`"
        case .tooFewDescriptors(let have, let need):
            "\(have) file descriptors are too few for the settings, which need \(need); raise them (`ulimit -n`) or lower `connections`"
        case .fenced(let log):
            "a record of \(log) could not be written; the node ends, and recovers when it starts again"
        }
    }
}
