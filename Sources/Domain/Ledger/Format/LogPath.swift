/// Names of a log's files.
enum LogPath {
    static let segments = "seg"
    static let checkpoints = "checkpoints"
    static let checkpoint = "checkpoint"
    /// How many leaves have their full tiles and bundles on disk, as a decimal number and a line end.
    static let settled = "tile/settled"

    static func segment(_ number: UInt64) -> String { segments + "/" + DecimalName.name(number, digits: 12) }
    static func segmentNumber(ofName name: String) -> UInt64? { DecimalName.number(name, digits: 12) }
    static func checkpoints(day: String) -> String { checkpoints + "/" + day }
}
