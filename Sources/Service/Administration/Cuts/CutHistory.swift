internal import Archive
internal import CBOR
internal import CutOff
internal import Installation
internal import JSON
internal import Ledger
internal import Stores
internal import Vocabulary

/// What the ledgers of all nodes hold of cut-offs, for the start of the console. Blocking.
struct CutHistory: Sendable {
    var register = CutRegister()
    var receipts: [CutReceipt] = []

    init(_ archive: ArchiveReader) throws {
        register = try CutRegister(try archive.registerEvents())
        var known: [CutID: CutReceipt] = [:]
        for cut in register.cuts { known[cut.id] = CutReceipt(cut: cut) }
        for log in try archive.logs() where log.custody == NodeLedger.register {
            for act in try archive.acts(of: log, types: [.cut, .cutAcknowledged]) { CutHistory.take(act, log, &known) }
        }
        for log in try archive.logs()
        where Incarnation.isName(log.node, of: ConsoleNode.node) && log.custody == NodeLedger.control {
            for act in try archive.acts(of: log, types: [.receipt]) {
                guard let id = act.about["cut"]?.asText.flatMap({ CutID($0) }),
                    let bytes = act.about["receipt"]?.asBytes
                else { continue }
                known[id]?.take(receipt: bytes)
            }
        }
        receipts = Array(known.values)
    }

    private static func take(_ act: RecordedAct, _ log: LogIdentity, _ known: inout [CutID: CutReceipt]) {
        if act.type == .cut {
            // The console's record is the one that a receipt names.
            guard Incarnation.isName(log.node, of: ConsoleNode.node), let bytes = act.about["event"]?.asBytes,
                let event = try? CutEvent(encoded: bytes), case .cut(_, let cut) = event
            else { return }
            known[cut.id]?.recorded = (log.reference(to: act.index), act.at)
        } else if let id = act.about["cut"]?.asText.flatMap({ CutID($0) }) {
            let streams = act.about["streams"]?.asInteger ?? 0
            known[id]?.nodes.append(
                CutReceipt.Node(
                    node: log.node,
                    acknowledgement: CutReceipt.Acknowledgement(
                        applied: act.at.description, streams: streams, log: log.origin,
                        index: Int64(clamping: act.index))))
        }
    }
}

extension CutReceipt {
    /// What the receipt of an earlier run says, which knows more than the records of the nodes.
    mutating func take(receipt bytes: [UInt8]) {
        var parser = JSONParser()
        guard let json = try? parser.parse(bytes).root else { return }
        if let recorded = json["recorded"], let reference = recorded["ref"]?.string.flatMap({ Reference($0) }),
            let durable = recorded["durable_at"]?.string.flatMap({ Instant($0) })
        {
            self.recorded = (reference, durable)
        }
        let nodes = (json["nodes"].map { Array($0.elements) } ?? []).compactMap { node -> Node? in
            guard let id = node["node"]?.string.flatMap({ NodeID($0) }) else { return nil }
            return Node(node: id, acknowledgement: Acknowledgement(node))
        }
        if !nodes.isEmpty { self.nodes = nodes }
    }
}
