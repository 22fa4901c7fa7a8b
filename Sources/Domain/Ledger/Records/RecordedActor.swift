internal import CBOR
package import Vocabulary

/// Who did an administrative act: a person through an account and key, the user at the Unix socket, or a part of the
/// product that acted by itself, with the rule or setting that made it.
package struct RecordedActor: Equatable, Sendable {
    package var person: PersonID?
    package var account: AccountID?
    package var key: KeyID?
    package var session: SessionID?
    package var peer: UInt32?
    package var service: String?

    package init(
        person: PersonID? = nil, account: AccountID? = nil, key: KeyID? = nil, session: SessionID? = nil,
        peer: UInt32? = nil, service: String? = nil
    ) {
        self.person = person
        self.account = account
        self.key = key
        self.session = session
        self.peer = peer
        self.service = service
    }

    var item: CBOR {
        var pairs: [(String, CBOR)] = []
        pairs.add("account", text: account?.text)
        pairs.add("key", text: key?.text)
        pairs.add("peer", unsigned: peer.map(UInt64.init))
        pairs.add("person", text: person?.text)
        pairs.add("service", text: service)
        pairs.add("session", text: session?.text)
        return .map(pairs)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "actor")
        person = try decoder.identifier("person")
        account = try decoder.identifier("account")
        key = try decoder.identifier("key")
        session = try decoder.identifier("session")
        service = try decoder.optional("service", decoder.text)
        guard let number = try decoder.optional("peer", decoder.unsigned) else { return }
        guard let peer = UInt32(exactly: number) else { throw RecordProblem(key: "peer", expected: "a user id") }
        self.peer = peer
    }
}
