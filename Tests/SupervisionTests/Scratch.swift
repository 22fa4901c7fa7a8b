// A folder for one test, removed with its owner.
import Bytes
import Crypto
import Files
import Installation

final class Scratch: Sendable {
    let root: String
    var folder: DataFolder { DataFolder(root) }

    init() throws {
        root = "/tmp/portcullis-supervision-" + Hex.encode(SecureRandom.bytes(6))
        for path in folder.all { try Folder.create(path) }
    }

    // What cannot be removed stays in /tmp.
    deinit { try? Folder.remove(root) }
}
