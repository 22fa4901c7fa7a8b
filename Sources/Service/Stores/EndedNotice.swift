package import Identity
internal import Vocabulary

/// Word from the console to the gateways that keys, sessions, accounts or people have just stopped: lines of text, the
/// revision of the control store that says so first.
///
///     revision 4711
///     key 0123456789
///     session ZYXWVTSRQP
///     account chan-laptop
///     person chan
package struct EndedNotice: Equatable, Sendable {
    package var revision: UInt64
    package var ended: Ended

    /// LIMIT: names in one notice; more go in several.
    package static let longest = 10_000

    package init(revision: UInt64, ended: Ended) {
        self.revision = revision
        self.ended = ended
    }

    package var bytes: [UInt8] {
        var text = "revision \(revision)\n"
        for id in ended.keys.sorted() { text += "key \(id)\n" }
        for id in ended.sessions.sorted() { text += "session \(id)\n" }
        for id in ended.accounts.sorted() { text += "account \(id)\n" }
        for id in ended.persons.sorted() { text += "person \(id)\n" }
        return Array(text.utf8)
    }

    /// Nil for anything but the above: half of a notice is not acted upon.
    package init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n") else { return nil }
        let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first.hasPrefix("revision "), let revision = UInt64(first.dropFirst(9)),
            lines.count <= EndedNotice.longest + 1
        else { return nil }
        self.revision = revision
        ended = Ended()
        for line in lines.dropFirst() {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "key":
                guard let id = KeyID(parts[1]) else { return nil }
                ended.keys.insert(id)
            case "session":
                guard let id = SessionID(parts[1]) else { return nil }
                ended.sessions.insert(id)
            case "account":
                guard let id = AccountID(parts[1]) else { return nil }
                ended.accounts.insert(id)
            case "person":
                guard let id = PersonID(parts[1]) else { return nil }
                ended.persons.insert(id)
            default: return nil
            }
        }
    }

    /// The same in pieces that one message may have.
    package var pieces: [EndedNotice] {
        guard ended.keys.count + ended.sessions.count + ended.accounts.count + ended.persons.count > EndedNotice.longest
        else { return [self] }
        var pieces: [EndedNotice] = []
        func add<Name>(_ names: Set<Name>, _ make: (Set<Name>) -> Ended) {
            let all = Array(names)
            for start in stride(from: 0, to: all.count, by: EndedNotice.longest) {
                let part = all[start..<min(all.count, start + EndedNotice.longest)]
                pieces.append(EndedNotice(revision: revision, ended: make(Set(part))))
            }
        }
        // People first: whoever left is out when the first piece arrives.
        add(ended.persons) { Ended(persons: $0) }
        add(ended.accounts) { Ended(accounts: $0) }
        add(ended.sessions) { Ended(sessions: $0) }
        add(ended.keys) { Ended(keys: $0) }
        return pieces
    }
}
