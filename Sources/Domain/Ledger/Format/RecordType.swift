/// What a record is; the number stands in frame and leaf. A number that is not listed is a later version's: readers
/// skip and count it.
package struct RecordType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let open = RecordType(rawValue: 1)
    package static let close = RecordType(rawValue: 2)
    package static let admit = RecordType(rawValue: 3)
    package static let chunk = RecordType(rawValue: 4)
    package static let complete = RecordType(rawValue: 5)
    package static let abort = RecordType(rawValue: 6)
    package static let cutAbort = RecordType(rawValue: 7)
    package static let refused = RecordType(rawValue: 8)
    package static let hop = RecordType(rawValue: 9)
    package static let shown = RecordType(rawValue: 10)
    package static let read = RecordType(rawValue: 11)
    package static let policy = RecordType(rawValue: 12)
    package static let cut = RecordType(rawValue: 13)
    package static let cutAcknowledged = RecordType(rawValue: 14)
    package static let reopen = RecordType(rawValue: 15)
    package static let receipt = RecordType(rawValue: 16)
    package static let evidence = RecordType(rawValue: 17)
    package static let key = RecordType(rawValue: 18)
    package static let terms = RecordType(rawValue: 19)
    package static let alert = RecordType(rawValue: 20)
    package static let approval = RecordType(rawValue: 21)
    package static let gap = RecordType(rawValue: 22)
    package static let scrub = RecordType(rawValue: 23)
    package static let decision = RecordType(rawValue: 24)
    package static let person = RecordType(rawValue: 25)
    package static let hold = RecordType(rawValue: 32)
    package static let release = RecordType(rawValue: 33)
    package static let dispose = RecordType(rawValue: 34)
    package static let witness = RecordType(rawValue: 35)
    package static let timestamp = RecordType(rawValue: 36)
    package static let export = RecordType(rawValue: 37)

    private static let names: [UInt8: String] = [
        1: "OPEN", 2: "CLOSE", 3: "ADMIT", 4: "CHUNK", 5: "COMPLETE", 6: "ABORT", 7: "CUT_ABORT", 8: "REFUSED",
        9: "HOP", 10: "SHOWN", 11: "READ", 12: "POLICY", 13: "CUT", 14: "CUT_ACK", 15: "REOPEN", 16: "RECEIPT",
        17: "EVIDENCE", 18: "KEY", 19: "TERMS", 20: "ALERT", 21: "APPROVAL", 22: "GAP", 23: "SCRUB",
        24: "DECISION", 25: "PERSON", 32: "HOLD", 33: "RELEASE", 34: "DISPOSE", 35: "WITNESS", 36: "TSA", 37: "EXPORT",
    ]

    package var isKnown: Bool { RecordType.names[rawValue] != nil }

    /// Whether the record may stand in a segment's reserve, so that a full disk can still be recorded.
    package var mayUseReserve: Bool { self == .open || self == .close || self == .gap }
}

extension RecordType: CustomStringConvertible {
    package var description: String { RecordType.names[rawValue] ?? "type \(rawValue)" }
}
