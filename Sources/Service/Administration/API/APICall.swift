internal import Identity
internal import JSON
internal import Ledger
internal import Vocabulary

/// One call of the administration, checked against its operation, with whoever makes it.
struct APICall: Sendable {
    let operation: Operation
    /// By their names in the operation's path, decoded.
    let path: [String: String]
    /// By their names; each has the shape that the operation declares.
    let query: [String: String]
    /// As it came; empty for an operation that takes none.
    let body: [UInt8]
    /// The body of an operation that takes JSON. It fits the schema.
    let json: JSONValue?
    /// `if-match` and `if-none-match`.
    let conditions: EntityTag.Conditions
    let actor: Actor
    /// What stood in `Authorization: Bearer`, if anything did.
    let bearer: String?

    /// Who acts: the user at the other end of the Unix socket, a person by their key, or both.
    struct Actor: Sendable {
        /// The user id at the Unix socket; nil over TCP.
        let peer: UInt32?
        let caller: Directory.Caller?

        /// Nil for a service account and for nobody.
        var person: Person? { Actor.person(of: caller) }

        private static func person(of caller: Directory.Caller?) -> Person? {
            guard let caller, case .person(let id) = caller.account.holder else { return nil }
            return caller.persons.first { $0.id == id }
        }

        /// Whoever presents a key has the rights of its person, by whatever way it came; without one, the user at the
        /// Unix socket has those of whoever keeps the machine.
        let access: Access

        init(peer: UInt32?, caller: Directory.Caller?, at now: Instant) {
            self.peer = peer
            self.caller = caller
            access = Access(person: Actor.person(of: caller), peer: caller == nil ? peer : nil, at: now)
        }

        func may(_ right: Right) -> Bool { access.may(right) }

        /// The choke point: every operation that asks for a right goes through it before its own code runs.
        func require(_ right: Right) throws(Problem) {
            guard may(right) else {
                throw Problem(.forbidden, "\(right.rawValue) takes the role \(right.holders)")
            }
        }

        var recorded: RecordedActor {
            RecordedActor(
                person: person?.id, account: caller?.account.id, key: caller?.bearer.key,
                session: caller?.bearer.session, peer: peer)
        }
    }

    /// For an operation of `Access.rightOrOwn`: nil for whoever may see everybody's, else whose alone.
    func onlyOwn() throws(Problem) -> PersonID? {
        guard case .rightOrOwn(let right) = operation.access, !actor.may(right) else { return nil }
        guard let person = actor.person else { throw Problem(.forbidden, "this key is not one of a person") }
        return person.id
    }

    /// The schema asked for it, so there is one.
    func reader() throws(Problem) -> BodyReader {
        guard let json else { throw Problem(.badJSON, "the body is not JSON") }
        return BodyReader(json)
    }

    /// A part of the path as what it names. What cannot be the name of anything is not there.
    func named<Value>(_ name: String, _ noun: String, _ make: (String) -> Value?) throws(Problem) -> Value {
        guard let value = path[name].flatMap({ make($0) }) else { throw .notFound("there is no such \(noun)") }
        return value
    }

    func id<Kind>(_ name: String = "id", of kind: Kind.Type = Kind.self) throws(Problem) -> Identifier<Kind> {
        try named(name, Kind.noun) { Identifier<Kind>($0) }
    }

    var page: PageRequest { PageRequest(limit: query["limit"].flatMap { Int($0) }, after: query["after"]) }
}
