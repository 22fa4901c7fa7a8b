package import Bundle
package import Bytes
internal import Crypto
package import CutOff
package import Identity
package import Inspection
internal import Location
internal import Policy
package import Runtime
internal import Stores
package import Vocabulary

/// All that a decision rests on, as this node knows it now. Changed by the feed of the control store and by cut-offs,
/// in one piece each time; every change has a number, the epoch, and whoever relies on the state is told.
@EventLoop
package final class NodeState {
    /// What changed, as far as open streams are concerned.
    package struct Change {
        /// A bundle, a cut-off, the terms: everything is decided again.
        package var everything = false
        package var persons: Set<PersonID> = []
        package var accounts: Set<AccountID> = []
        package var bearers: Set<BearerID> = []

        package init() {}

        init(_ ended: Ended) {
            persons = ended.persons
            accounts = ended.accounts
            bearers = Set(ended.keys.map { .key($0) } + ended.sessions.map { .session($0) })
        }

        func concerns(_ visitor: Visitor) -> Bool {
            everything || bearers.contains(visitor.bearer) || accounts.contains(visitor.account)
                || !persons.isDisjoint(with: visitor.persons)
        }
    }

    package private(set) var bundle: Bundle { didSet { policyName = NodeState.name(of: bundle) } }
    package private(set) var inspection: InspectionPolicy
    package private(set) var directory = Directory()
    private var evidence: [PersonID: [SourcedEvidence]] = [:]
    package private(set) var register = CutRegister()
    package private(set) var cuts: [ActiveCut] = []
    private let sessionUseCase: UseCaseID
    /// Digests of key texts are made with this.
    private let pepper: HMAC

    /// Revision of the control store that was taken over last.
    package private(set) var revision: UInt64 = 0
    /// What ended past the control store, until the store has been read up to the revision that says so.
    private var endings: [(revision: UInt64, ended: Ended)] = []
    /// Sessions in use whose last use the store should learn.
    private var sessionUses: [SessionID: Instant] = [:]
    /// Cut-offs and endings that reached this node past the control store.
    private var emergencies: UInt64 = 0
    private var leaseNumber: UInt64 = 0
    private var leaseUntil: UInt64 = 0
    /// When the active bundle was taken over.
    private(set) var activated = Instant(nanoseconds: Clocks.wall)

    /// What the calls of a key from one address have in common, compiled.
    struct CallKey: Hashable {
        var bearer: BearerID
        var address: IPAddress?
        var label: DataLabel?
    }

    private struct PlaceKey: Hashable {
        var person: PersonID
        var address: IPAddress?
    }

    /// INVARIANT: made from the state as it is: every change forgets them.
    private var callers: [Directory.Match: Directory.Caller] = [:]
    private(set) var calls: [CallKey: CompiledCall] = [:]
    private var places: [PlaceKey: LocatedWhile] = [:]
    /// LIMIT: of each that are kept; beyond it all are forgotten and made again.
    private static let kept = 16_384

    private struct SourcedEvidence {
        var source: SourceID
        var item: Evidence
    }

    package init(bundle: Bundle, pepper: SecretBytes, sessionUseCase: UseCaseID = UseCaseID("workspace")) {
        self.bundle = bundle
        policyName = NodeState.name(of: bundle)
        self.pepper = HMAC(key: pepper)
        inspection = NodeState.inspection(of: bundle)
        self.sessionUseCase = sessionUseCase
        directory.sessionUseCase = sessionUseCase
    }

    /// Name of the active bundle for people and headers: the first digits of its digest.
    package private(set) var policyName: String
    private static func name(of bundle: Bundle) -> String { String(bundle.hash.hexadecimal.prefix(16)) }

    // MARK: Epoch and lease

    package var epoch: UInt64 { revision << 16 | emergencies & 0xFFFF }

    /// The right under which permits are given now. `isCurrent` says whether it still holds.
    package var lease: Lease { Lease(epoch: epoch, id: leaseNumber, until: leaseUntil) }
    package var isLeaseCurrent: Bool { Clocks.sinceBoot < leaseUntil }
    /// Seconds until the lease ends; negative when it has ended.
    var leaseRemainingSeconds: Double { (Double(leaseUntil) - Double(Clocks.sinceBoot)) / 1e9 }

    /// The control store answered: it was asked at `asked` on CLOCK_BOOTTIME, and from then the lease counts.
    package func renewLease(asked: UInt64, length: UInt64) {
        leaseNumber += 1
        leaseUntil = asked &+ length
    }

    // MARK: Changes

    /// Takes a change of the control store over.
    package func apply(_ update: ControlUpdate) -> Change {
        defer { forgetKept() }
        var change = Change()
        if let directory = update.directory {
            self.directory = directory
            self.directory.sessionUseCase = sessionUseCase
            change.everything = true
        }
        for person in update.people {
            directory.put(person)
            change.persons.insert(person.id)
        }
        for account in update.accounts {
            directory.put(account)
            change.accounts.insert(account.id)
        }
        for key in update.keys {
            directory.put(key)
            change.bearers.insert(.key(key.id))
        }
        for session in update.sessions {
            directory.put(session)
            change.bearers.insert(.session(session.id))
        }
        for id in update.forgottenSessions {
            directory.remove(id)
            change.bearers.insert(.session(id))
        }
        for (person, items) in update.evidence {
            evidence[person] = items.map { SourcedEvidence(source: $0.source, item: $0.evidence) }
            change.persons.insert(person)
        }
        if let terms = update.terms, terms != directory.currentTerms {
            directory.currentTerms = terms
            change.everything = true
        }
        if let bundle = update.bundle {
            self.bundle = bundle
            activated = Instant(nanoseconds: Clocks.wall)
            inspection = NodeState.inspection(of: bundle)
            change.everything = true
        }
        if merge(update.register) { change.everything = true }
        revision = max(revision, update.revision)
        keepEndings()
        return change
    }

    /// Word of what has just ended, which the store says by `revision` at the latest. It holds at once, and also
    /// against what was read from the store before.
    package func end(_ ended: Ended, revision: UInt64) -> Change {
        directory.end(ended, at: Instant(nanoseconds: Clocks.wall))
        if revision > self.revision { endings.append((revision, ended)) }
        emergencies &+= 1
        forgetKept()
        return Change(ended)
    }

    private func keepEndings() {
        guard !endings.isEmpty else { return }
        endings.removeAll { $0.revision <= revision }
        for ending in endings { directory.end(ending.ended, at: Instant(nanoseconds: Clocks.wall)) }
    }

    /// A cut-off or a reopening that came by itself, not through the store. False when it was known.
    package func takeEmergency(_ events: [CutEvent]) -> Bool {
        guard merge(events) else { return false }
        emergencies &+= 1
        forgetKept()
        return true
    }

    private func forgetKept() {
        callers.removeAll(keepingCapacity: true)
        calls.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    func keep(_ call: CompiledCall, for key: CallKey) {
        if calls.count >= NodeState.kept { calls.removeAll() }
        calls[key] = call
    }

    private func merge(_ events: [CutEvent]) -> Bool {
        let before = register.count
        for event in events {
            // Two events under one id, with different contents: the one that is known stays, the other is dropped; the
            // ledgers hold both, and `portcullis-verify` finds them.
            do throws(CutOffError) { try register.insert(event) } catch { continue }
        }
        guard register.count > before else { return false }
        cuts = register.active.map(\.active).sorted { $0.id < $1.id }
        return true
    }

    // MARK: Questions

    /// Who presents this key or session; the pepper never leaves.
    func caller(_ text: BearerText, at now: Instant) throws(Directory.Rejection) -> Directory.Caller {
        let match = try directory.check(text, pepper: pepper, at: now)
        let caller = try known(match)
        if let session = caller.bearer.session, directory.touch(match, at: now) { sessionUses[session] = now }
        return caller
    }

    /// The same for one that was met before.
    func caller(_ id: BearerID, at now: Instant) throws(Directory.Rejection) -> Directory.Caller {
        try known(try directory.check(id, at: now))
    }

    /// Values are made of a caller's rows once for each state of the node.
    private func known(_ match: Directory.Match) throws(Directory.Rejection) -> Directory.Caller {
        if let known = callers[match] { return known }
        guard let caller = directory.caller(match) else { throw .inactive }
        if callers.count >= NodeState.kept { callers.removeAll() }
        callers[match] = caller
        return caller
    }

    /// The holder of one whose only fault is that the terms of use are not accepted: who they are is still recorded.
    func callerDespiteTerms(_ text: BearerText, at now: Instant) -> Directory.Caller? {
        try? directory.caller(text, pepper: pepper, at: now, asksTerms: false)
    }

    /// Which sessions were used since it was asked the last time.
    func takeSessionUses() -> [SessionID: Instant] {
        defer { sessionUses = [:] }
        return sessionUses
    }

    /// Where a person may be, by what their sources say and by the network they come from.
    func located(_ person: PersonID, from address: IPAddress?, at now: Instant) -> Located {
        let key = PlaceKey(person: person, address: address)
        if let known = places[key], known.holds(at: now) { return known.at(now) }
        var present: Evidence?
        if let address, let id = EvidenceID("net:\(address)") {
            present = bundle.networks.evidence(of: address, id: id, at: now)
        }
        let located = LocatedWhile((evidence[person] ?? []).map(\.item), present: present, at: now)
        if places.count >= NodeState.kept { places.removeAll() }
        places[key] = located
        return located.at(now)
    }

    private static func inspection(of bundle: Bundle) -> InspectionPolicy {
        var entries: [InspectionPolicy.Entry] = []
        for detector in Detector.allCases {
            for destination in InspectionPolicy.Destination.allCases {
                guard let known = InspectionSettings.Detector(rawValue: detector.rawValue),
                    let place = InspectionSettings.Destination(rawValue: destination.rawValue),
                    let verdict = InspectionPolicy.Verdict(
                        rawValue: bundle.inspection.verdict(on: known, to: place).rawValue)
                else { continue }
                entries.append(.init(detector: detector, destination: destination, verdict: verdict))
            }
        }
        return InspectionPolicy(entries)
    }
}
