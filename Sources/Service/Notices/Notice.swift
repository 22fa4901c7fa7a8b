package import Vocabulary

/// What is told outside of the installation: that an alert was raised, or that somebody did something to the
/// installation. Identifiers and words of our own only; there is no member that could hold content, and no text that a
/// client, a vendor or a person wrote.
package struct Notice: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case alert
        case act
    }

    /// LIMIT: identifiers of one notice.
    package static let maximumSubjects = 16

    /// Stays the same however often it is sent: a receiver can drop what it has.
    package let id: String
    package let at: Instant
    package let kind: Kind
    /// `key`, `cut`, `location_conflict`, …
    package let name: String
    /// `person:p-1`, `uid:0`, `node:gw1`, …; nil when nobody is known.
    package let actor: String?
    /// What it is about, by name.
    package let subjects: [(name: String, value: String)]

    /// Leaves out what is no identifier: whatever is given here, no free text leaves the machine.
    package init(
        id: String, at: Instant, kind: Kind, name: String, actor: String?, subjects: [(name: String, value: String)]
    ) {
        self.id = Notice.identifier(id) ?? "unnamed"
        self.at = at
        self.kind = kind
        self.name = Notice.identifier(name) ?? "unnamed"
        self.actor = actor.flatMap { Notice.identifier($0) }
        self.subjects = Array(
            subjects.compactMap { name, value in
                guard let name = Notice.identifier(name), let value = Notice.identifier(value) else { return nil }
                return (name, value)
            }.prefix(Notice.maximumSubjects))
    }

    /// 1 to 128 letters, digits and `._-:/@+,`: what an identifier of ours may have. Nil for anything else.
    static func identifier(_ text: String) -> String? {
        guard (1...128).contains(text.utf8.count) else { return nil }
        let isGood = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B...0x2F, 0x3A, 0x40, 0x5F: true
            default: false
            }
        }
        return isGood ? text : nil
    }

    package static func == (left: Notice, right: Notice) -> Bool {
        left.id == right.id && left.at == right.at && left.kind == right.kind && left.name == right.name
            && left.actor == right.actor && left.subjects.elementsEqual(right.subjects) { $0 == $1 }
    }
}
