internal import CutOff
internal import JSON
internal import Vocabulary

/// What became of a cut-off, node by node: the paper for whoever asks when it took effect.
struct CutReceipt: Sendable {
    /// One gateway's word.
    struct Node: Sendable {
        let node: NodeID
        /// Nil for a node that did not answer.
        var acknowledgement: Acknowledgement?
    }

    struct Acknowledgement: Sendable {
        var applied: String
        /// When the node handed the last content byte to a covered client's connection.
        var lastContent: String?
        /// When it had reset the last covered vendor connection.
        var lastReset: String?
        var streams: Int64
        var log: String
        var index: Int64

        init(applied: String, streams: Int64, log: String, index: Int64) {
            self.applied = applied
            self.streams = streams
            self.log = log
            self.index = index
        }

        /// Nil for an answer that is not one.
        init?(_ json: JSONValue) {
            guard let applied = json["applied_at"]?.string, let streams = json["streams"]?.integer,
                let log = json["log"]?.string, let index = json["index"]?.integer
            else { return nil }
            self.applied = applied
            lastContent = json["last_content_at"]?.string
            lastReset = json["last_reset_at"]?.string
            self.streams = streams
            self.log = log
            self.index = index
        }
    }

    let cut: Cut
    /// Where the order is recorded, and when that was on disk.
    var recorded: (reference: Reference, durable: Instant)?
    var nodes: [Node] = []

    /// Its place in the list, which is in the order of the orders.
    var position: String {
        let digits = String(UInt64(clamping: cut.at.nanoseconds))
        return String(repeating: "0", count: 20 - digits.utf8.count) + digits + cut.id.text
    }

    /// As `GET /api/cuts/{id}` gives it, but for what the register knows better: signatures, and whether it is in
    /// force.
    func write(_ object: inout JSONWriter, signatures: [ReopeningSignature], reopened: Reopening?) {
        object.member("cut", cut.id.text)
        object.member(
            "scope",
            object: { scope in
                if let vendor = cut.scope.vendor { scope.member("vendor", vendor.text) }
                if let model = cut.scope.model { scope.member("model", model.text) }
                if let channel = cut.scope.channel { scope.member("channel", channel.rawValue) }
                if let territory = cut.scope.territory { scope.member("territory", territory.description) }
                if let personClass = cut.scope.personClass { scope.member("class", personClass.rawValue) }
            })
        object.member("reason", cut.reason)
        object.member("basis", object: { CutReceipt.write(cut.basis, &$0) })
        object.member(
            "ordered_by",
            object: { by in
                switch cut.orderedBy {
                case .person(let person): by.member("person", person.text)
                case .peer(let uid): by.member("uid", uid)
                }
            })
        object.member("at", cut.at.description)
        object.key("recorded")
        if let recorded {
            object.object { entry in
                entry.member("ref", recorded.reference.description)
                entry.member("durable_at", recorded.durable.description)
            }
        } else {
            object.null()
        }
        object.member("nodes", array: { list in for node in nodes { list.object { CutReceipt.write(node, &$0) } } })
        object.member("in_force", reopened == nil)
        object.member(
            "signatures", array: { list in for signature in signatures { list.object { signature.write(&$0) } } })
        object.member("reopened_at", reopened?.at.description)
    }

    private static func write(_ basis: CutBasis, _ object: inout JSONWriter) {
        object.member("kind", basis.kind.rawValue)
        object.member("file", basis.fileName)
        object.member("sha256", basis.hexadecimal)
        object.member("length", basis.length)
    }

    private static func write(_ node: Node, _ object: inout JSONWriter) {
        object.member("node", node.node.text)
        object.member("state", node.acknowledgement == nil ? "silent" : "acknowledged")
        object.member("applied_at", node.acknowledgement?.applied)
        object.member("last_content_at", node.acknowledgement?.lastContent)
        object.member("last_reset_at", node.acknowledgement?.lastReset)
        object.member("streams", node.acknowledgement?.streams ?? 0)
        object.member("log", node.acknowledgement?.log)
        object.member("index", node.acknowledgement?.index ?? 0)
    }
}

extension ReopeningSignature {
    func write(_ object: inout JSONWriter) {
        object.member("person", person.text)
        object.member("account", account.text)
        object.member("at", at.description)
    }
}
