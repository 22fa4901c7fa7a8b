internal import Bytes
internal import CBOR
internal import JSON
package import Ledger
package import Vocabulary

/// One record of administration: who did what, when.
package struct ActReport: Sendable {
    package let reference: Reference
    /// Name of the log.
    package let log: String
    package let act: RecordedAct

    init(_ act: RecordedAct, of log: LogIdentity) {
        self.act = act
        self.log = log.origin
        reference = log.reference(to: act.index)
    }

    /// One object; docs/formats/explanation.md.
    package var json: [UInt8] { json(withText: false) }

    func json(withText: Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("ref", reference.description)
            writer.member("kind", "act")
            writer.member("log", log)
            writer.member("index", act.index)
            writer.member("type", act.type.description)
            writer.member("at", act.at.description)
            writer.key("actor")
            if let actor = act.actor { writer.actor(actor) } else { writer.null() }
            writer.key("about")
            writer.tree(act.about)
            if withText { writer.member("text", text) }
        }
        return writer.bytes
    }

    package var text: String {
        var lines = ["\(reference): \(act.type)", "when      \(act.at)"]
        if let actor = act.actor { lines.append("who       " + ActReport.name(actor)) }
        for (key, value) in act.about.asMap ?? [] {
            var writer = JSONWriter()
            if let text = value.asText { writer.raw(Array(text.utf8)) } else { writer.tree(value) }
            let padding = String(repeating: " ", count: max(1, 10 - key.count))
            lines.append(key + padding + String(decoding: writer.bytes, as: UTF8.self))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func name(_ actor: RecordedActor) -> String {
        var parts: [String] = []
        if let person = actor.person { parts.append(person.text) }
        if let account = actor.account { parts.append("account \(account)") }
        if let key = actor.key { parts.append("key \(key)") }
        if let peer = actor.peer { parts.append("user \(peer) of the machine") }
        if let service = actor.service { parts.append("the service \(service)") }
        return parts.isEmpty ? "-" : parts.joined(separator: ", ")
    }
}

extension JSONWriter {
    fileprivate mutating func actor(_ actor: RecordedActor) {
        object { writer in
            if let person = actor.person { writer.member("person", person.text) }
            if let account = actor.account { writer.member("account", account.text) }
            if let key = actor.key { writer.member("key", key.text) }
            if let peer = actor.peer { writer.member("uid", peer) }
            if let service = actor.service { writer.member("service", service) }
        }
    }

    /// Bytes that are CBOR themselves, such as a cut-off's event, are shown as what they say, others as hexadecimal.
    fileprivate mutating func tree(_ item: CBOR) {
        switch item {
        case .unsigned(let number): integer(number)
        case .negative: if let number = item.asInteger { integer(number) } else { null() }
        case .text(let text): string(text)
        case .bool(let value): boolean(value)
        case .null: null()
        case .array(let items): array { writer in for item in items { writer.tree(item) } }
        case .map(let pairs):
            object { writer in
                for (key, value) in pairs {
                    writer.key(key)
                    writer.tree(value)
                }
            }
        case .bytes(let bytes):
            // A digest is not taken for CBOR by chance: only whole maps are.
            if let inner = try? CBOR.decode(bytes), inner.asMap != nil {
                tree(inner)
            } else {
                string(Hex.encode(bytes))
            }
        }
    }
}
