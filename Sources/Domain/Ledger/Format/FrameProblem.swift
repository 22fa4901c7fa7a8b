/// Why bytes at a place are not a frame of this segment.
package enum FrameProblem: Equatable, Sendable {
    /// Nothing was ever written here.
    case zeros
    case noMagic
    case unknownVersion
    case badLength
    case badChecksum
    /// A frame of another segment, or of an earlier life of this file.
    case otherSalt
    case otherLog
    /// Fields that say the same thing differ, or a zero field is not zero.
    case inconsistent
}

extension FrameProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .zeros: "there is no frame"
        case .noMagic: "this is no frame"
        case .unknownVersion: "the frame's version is not known to this program"
        case .badLength: "the frame's lengths contradict each other or the segment's end"
        case .badChecksum: "the frame's checksum is wrong"
        case .otherSalt: "the frame belongs to another segment"
        case .otherLog: "the frame belongs to another log"
        case .inconsistent: "fields of the frame contradict each other"
        }
    }
}
