package import CBOR
package import Vocabulary

/// A record of administration, opened: an act, or what a node writes about itself.
package struct RecordedAct: Sendable {
    package let index: UInt64
    package let at: Instant
    package let type: RecordType
    /// Nil for OPEN, CLOSE and GAP, which nobody orders.
    package let actor: RecordedActor?
    /// What the act was about; of OPEN, CLOSE and GAP the whole record. A map.
    package let about: CBOR

    init(_ record: LedgerRecord) throws(LedgerError) {
        index = record.index
        at = record.leaf.wall
        type = record.type
        let item: CBOR
        do throws(CBORError) { item = try CBOR.decode(record.plaintext) } catch {
            throw .malformed(index: record.index, problem: error.description)
        }
        do throws(RecordProblem) {
            if [.open, .close, .gap].contains(record.type) {
                actor = nil
                about = try RecordDecoder(item).map
            } else {
                let act = try ActRecord(item)
                actor = act.actor
                about = act.about
            }
        } catch {
            throw .malformed(index: record.index, problem: error.description)
        }
    }
}

extension LedgerReader {
    /// The record of administration at an index.
    package func act(at index: UInt64) throws(LedgerError) -> RecordedAct { try RecordedAct(try record(at: index)) }

    /// Calls `body` with each record of administration of the wanted types from an index on until it returns false.
    package func acts(
        from index: UInt64 = 0, where wanted: (RecordType) -> Bool = { _ in true },
        _ body: (RecordedAct) throws(LedgerError) -> Bool
    ) throws(LedgerError) {
        try records(
            from: index, where: { $0.compartment == Compartment.administration.rawValue && wanted($0.type) }
        ) { record throws(LedgerError) in try body(try RecordedAct(record)) }
    }
}
