internal import CBOR
internal import CutOff
internal import Policy

/// Deterministic CBOR: what is accepted is written as it was read; the events and decision inputs in it are read or
/// refused.
struct CBORTarget: FuzzTarget {
    static let name = "cbor"

    func run(_ input: [UInt8]) throws {
        guard let item = try? CBOR.decode(input) else { return }
        try promise(item.encoded() == input, "two encodings of one value")
        if let event = try? CutEvent(cbor: item) {
            try promise(event.encoded == input, "an event is written otherwise than it was read")
        }
        _ = try? DecisionInput(cbor: item)
    }
}
