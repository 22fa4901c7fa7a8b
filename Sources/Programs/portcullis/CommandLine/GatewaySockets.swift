internal import AdministrationClient
internal import CBOR
internal import CutOff
internal import Files
internal import Installation
internal import Vocabulary

/// The gateways' own sockets, for when no console is there to speak to them.
struct GatewaySockets {
    private static let ending = ".sock"
    let folder: DataFolder

    /// Nodes that have a socket in the folder, sorted; a socket may be left from a process that has ended.
    func nodes() throws(Arguments.Fault) -> [NodeID] {
        do throws(FileError) {
            return (try Folder.names(folder.run) ?? []).filter { $0.hasSuffix(GatewaySockets.ending) }
                .compactMap { NodeID($0.dropLast(GatewaySockets.ending.count)) }.sorted()
        } catch { throw Arguments.Fault(message: error.description, status: .unavailable) }
    }

    /// Hands an event of the register to a gateway, which applies it at once and records it in its own log.
    func register(_ event: CutEvent, at node: NodeID) throws(AdminFailure) -> AdminAnswer {
        try AdminClient(gateway: node, in: folder).call(
            "POST", "/control/register", body: CBOR.array([.bytes(event.encoded)]).encoded(), type: "application/cbor")
    }
}
