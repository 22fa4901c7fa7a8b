package struct FrameFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The record goes on in the frame with the next index.
    package static let more = FrameFlags(rawValue: 1)
    /// The body is sealed; always, in version 1.
    package static let sealed = FrameFlags(rawValue: 2)
    /// The next record belongs to the same admission.
    package static let unit = FrameFlags(rawValue: 4)

    static let known: FrameFlags = [.more, .sealed, .unit]
}
