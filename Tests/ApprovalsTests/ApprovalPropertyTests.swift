// Proves by random histories, beside a model that tries every way of assigning people to places, that no act which
// loosens is ever let through with fewer than two distinct, active natural persons, and that each use is right.
import Crypto
import Testing
import Vocabulary

@testable import Approvals

/// A generator with a seed, so that a failing history can be run again (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The firm as the model sees it: plain lists, nothing shared with the code under test.
private struct Firm {
    static let people = 5
    static let functions = ["legal", "compliance", "security", "employee"]

    var isActive = [Bool](repeating: true, count: people)
    var held: [Set<String>]
    /// Whose an account is; nil for a service's or a closed one.
    var accounts: [Int?]

    init(_ random: inout Seeded) {
        held = (0..<Firm.people).map { _ in Firm.some(&random) }
        // Person 0 has three ways in; the last account is a service's.
        accounts = [0, 1, 2, 3, 4, 0, 0, nil]
    }

    static func some(_ random: inout Seeded) -> Set<String> {
        Set(functions.filter { _ in Bool.random(using: &random) })
    }

    var roster: Roster {
        var roster = Roster()
        for index in 0..<Firm.people {
            roster.put(
                Signatory(
                    person: Samples.person("p\(index)"), isActive: isActive[index],
                    functions: Set(held[index].map { Samples.function($0) })))
        }
        for (index, holder) in accounts.enumerated() {
            if let holder { roster.put(account: Samples.account("a\(index)"), of: Samples.person("p\(holder)")) }
        }
        return roster
    }
}

/// What was asked for and done, and whether a use would be right now.
private struct Model {
    struct Mark {
        var person: Int
        var account: Int
    }

    var direction: Direction
    var slots: [Set<String>]
    var proposer: Int?
    var proposerSigns: Bool
    var concerned: Int?
    var marks: [Mark] = []
    var isOver = false

    /// Everybody whose signature stands and who is what they were.
    func valid(_ firm: Firm) -> [Int] {
        marks.filter { mark in
            firm.isActive[mark.person] && firm.accounts[mark.account] == mark.person && mark.person != concerned
                && (mark.person != proposer || (proposerSigns && direction != .reads))
        }.map(\.person)
    }

    /// Tries every assignment.
    func isMet(_ firm: Firm) -> Bool {
        var wanted = slots.map { $0.subtracting(["employee"]) }
        let floor = direction == .loosens ? 2 : 1
        while wanted.count < floor { wanted.append(wanted.last ?? []) }
        func assign(_ place: Int, _ free: [Int]) -> Bool {
            guard place < wanted.count else { return true }
            return free.indices.contains { index in
                guard !firm.held[free[index]].isDisjoint(with: wanted[place]) else { return false }
                var rest = free
                rest.remove(at: index)
                return assign(place + 1, rest)
            }
        }
        return assign(0, valid(firm))
    }
}

struct ApprovalPropertyTests {
    private static let acts: [Act] = [
        .exception(
            .init(
                rule: Samples.rule, persons: [Samples.person("p4")], entities: [], until: Instant(seconds: 9000),
                reason: "deal")),
        .releaseHold(.init(hold: Samples.hold, scope: .zero, reason: "closed")),
        .placeHold(.init(hold: Samples.hold, scope: .zero, reason: "opened")),
        .readContent(
            .init(matter: "m", references: [], subject: Samples.person("p4"), entity: nil, purpose: "review")),
        .activateBundle(Samples.change),
    ]

    struct Tally {
        var used = 0
        var refused = 0
    }

    @Test(arguments: 0..<20)
    func nothingLoosensWithFewerThanTwo(_ seed: Int) throws {
        var tally = Tally()
        for history in 0..<150 {
            var random = Seeded(state: UInt64(seed * 1000 + history))
            try ApprovalPropertyTests.run(&random, &tally)
        }
        // A test in which nothing ever happens proves nothing.
        #expect(tally.used > 20 && tally.refused > 50, "\(tally)")
    }

    private static func run(_ random: inout Seeded, _ tally: inout Tally) throws {
        var firm = Firm(&random)
        let act = acts[Int.random(in: 0..<acts.count, using: &random)]
        let slots = (0..<Int.random(in: 0...3, using: &random)).map { _ in Firm.some(&random) }
        let proposerSigns = Bool.random(using: &random)
        let proposer = Bool.random(using: &random) ? Int.random(in: 0..<Firm.people, using: &random) : nil
        let everything = Set(Firm.functions.map { Samples.function($0) })
        let matrix = SignOffMatrix([
            SignOffRow(
                act.name, proposes: everything, signs: slots.map { Set($0.map { Samples.function($0) }) },
                proposerSigns: proposerSigns, lifetimeSeconds: 1000)
        ])
        let approval = try? Approval(
            proposing: act, id: ProposalID("ap-1"),
            by: proposer.map { .person(Samples.person("p\($0)"), Samples.account("a\($0)")) } ?? .peer(uid: 0),
            matrix: matrix, roster: firm.roster, at: Instant(seconds: 0))
        guard var approval else {
            let held = proposer.map { firm.held[$0].subtracting(["employee"]) } ?? ["peer"]
            #expect(held.isEmpty, "a proposal was refused that is allowed")
            return
        }
        var model = Model(
            direction: act.name.direction, slots: slots, proposer: proposer, proposerSigns: proposerSigns,
            concerned: act.concerned.isEmpty ? nil : 4)
        for step in 0..<24 {
            try take(&random, at: Int64(step * 50), &firm, &approval, &model, matrix, act, &tally)
        }
    }

    private static func take(
        _ random: inout Seeded, at seconds: Int64, _ firm: inout Firm, _ approval: inout Approval,
        _ model: inout Model, _ matrix: SignOffMatrix, _ act: Act, _ tally: inout Tally
    ) throws {
        let now = Instant(seconds: seconds)
        let person = Int.random(in: 0..<Firm.people, using: &random)
        switch Int.random(in: 0..<16, using: &random) {
        case 0..<8:
            let account = Int.random(in: 0..<firm.accounts.count, using: &random)
            let who = Bool.random(using: &random) ? firm.accounts[account] ?? person : person
            let signature = Signature(
                person: Samples.person("p\(who)"), account: Samples.account("a\(account)"), at: now,
                evidence: .key(KeyID("k")))
            // Refusing too much shows as a use that the model allows and the code does not.
            if (try? approval.sign(signature, matrix: matrix, roster: firm.roster)) != nil {
                #expect(!model.marks.contains { $0.person == who }, "one person signed twice")
                #expect(firm.isActive[who] && firm.accounts[account] == who)
                model.marks.append(.init(person: who, account: account))
            }
        case 8:
            if (try? approval.retract(Samples.person("p\(person)"), at: now)) != nil {
                model.marks.removeAll { $0.person == person }
            }
        case 9: firm.isActive[person].toggle()
        case 10: firm.held[person] = Firm.some(&random)
        case 11:
            let account = Int.random(in: 0..<firm.accounts.count, using: &random)
            firm.accounts[account] = Bool.random(using: &random) ? nil : account < 5 ? account : 0
        case 12 where Int.random(in: 0..<8, using: &random) == 0:
            if (try? approval.withdraw(by: nil, at: now)) != nil { model.isOver = true }
        default:
            let isRight = !model.isOver && seconds < 1000 && model.isMet(firm)
            let done = (try? approval.use(for: act, matrix: matrix, roster: firm.roster, at: now)) != nil
            #expect(done == isRight)
            if done {
                model.isOver = true
                tally.used += 1
                // The law itself, without any matrix.
                let signers = Set(model.valid(firm))
                #expect(signers.count >= (model.direction == .loosens ? 2 : 1))
            } else {
                tally.refused += 1
            }
        }
    }
}
