package import Ledger
package import Telemetry

/// Settings as the processes take them.
extension Settings {
    package var leastLevel: Logger.Level {
        switch logLevel {
        case "debug": .debug
        case "warning": .warning
        case "error": .error
        default: .info
        }
    }

    package var log: LogSettings {
        var log = LogSettings(segments: SegmentGeometry(size: segmentBytes) ?? .standard)
        // Small segments are used up sooner than one can be written ahead.
        if segmentBytes < 8 << 20 { log.spareSegments = 3 }
        return log
    }
}
