package import Vocabulary

/// Where everything of one installation lies. Paths only; nothing is touched here.
///
///     DIR/
///       portcullis.yaml      settings
///       portcullis.sock      the administration API, as a Unix socket
///       control/control.sqlite
///       secrets/             master.key, pepper.key, bundle.key; 0600 in a 0700 folder
///       credentials/         one file a deployment; 0600
///       bundles/             snapshots by digest, each with its signature
///       ledger/<node>/<custody>-<year>/
///       run/                 sockets of the gateways, port files; made anew at each start
///       logs/
package struct DataFolder: Sendable {
    package let root: String

    package init(_ root: String) { self.root = root }

    /// A path as the settings have it: relative ones begin here.
    package func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : root + "/" + path }

    package var settings: String { root + "/portcullis.yaml" }
    package var socket: String { root + "/portcullis.sock" }
    package var lock: String { root + "/lock" }
    package var control: String { root + "/control" }
    package var controlStore: String { control + "/control.sqlite" }
    package var secrets: String { root + "/secrets" }
    package var masterKey: String { secrets + "/master.key" }
    package var pepper: String { secrets + "/pepper.key" }
    package var bundleKey: String { secrets + "/bundle.key" }
    package var credentials: String { root + "/credentials" }
    package func credential(_ deployment: DeploymentID) -> String { credentials + "/" + deployment.text + ".key" }
    package var bundles: String { root + "/bundles" }
    /// - Parameter hash: hexadecimal.
    package func bundle(_ hash: String) -> String { bundles + "/" + hash + ".bundle" }
    package func bundleSeal(_ hash: String) -> String { bundles + "/" + hash + ".sig" }
    package var ledger: String { root + "/ledger" }
    package func ledger(of node: NodeID) -> String { ledger + "/" + node.text }
    /// Which life of the installation this is; absent in the first.
    package var incarnation: String { root + "/incarnation" }
    /// When the last backup was made, as RFC 3339.
    package var lastBackup: String { control + "/last-backup" }
    package var run: String { root + "/run" }
    package func socket(of node: NodeID) -> String { run + "/" + node.text + ".sock" }
    /// Where the console answers over TCP, one line.
    package var consoleAddress: String { run + "/console.addr" }
    /// What the supervisor knows of the programs it keeps running (`ProgramStates`).
    package var programs: String { run + "/programs.json" }
    package var logs: String { root + "/logs" }
    package func log(of program: String) -> String { logs + "/" + program + ".jsonl" }

    package var all: [String] { [root, control, secrets, credentials, bundles, ledger, run, logs] }
}
