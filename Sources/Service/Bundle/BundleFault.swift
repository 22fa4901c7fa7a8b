package import YAML

/// Everything that is wrong with a bundle: all of it, so that one round of corrections suffices.
package struct BundleErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// Sorted by file and place. Never empty.
    package var faults: [BundleFault]

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// One fault, as `file:line:column: what was expected, what stands there, what to do`.
package struct BundleFault: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var file: String
    /// Nil for a fault of the file, or of the bundle, as a whole.
    package var position: YAMLPosition?
    package var message: String

    package var description: String {
        position.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }

    package static func < (left: BundleFault, right: BundleFault) -> Bool {
        let start = YAMLPosition(line: 0, column: 0)
        return (left.file, left.position ?? start, left.message) < (right.file, right.position ?? start, right.message)
    }
}

/// Collects faults while a bundle is read.
final class FaultList {
    /// LIMIT: faults that are reported; a file that is no bundle at all would fill a book.
    static let maximum = 1000

    private(set) var faults: [BundleFault] = []

    func add(_ file: String, _ position: YAMLPosition?, _ message: String) {
        guard faults.count < FaultList.maximum else { return }
        faults.append(BundleFault(file: file, position: position, message: message))
    }
}
