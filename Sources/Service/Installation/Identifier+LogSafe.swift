internal import Telemetry
package import Vocabulary

/// Identifiers are names that the firm gave: fit for a log.
extension Identifier: LogSafe {
    package var logText: String { text }
}
