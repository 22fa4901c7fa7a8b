// Random rules and facts over small domains, and a judge that knows nothing of masks: it tries every completion of what
// is unknown. Nothing here proves anything by itself.
import Vocabulary

@testable import Policy

/// SplitMix64 (Steele, Lea, Flood 2014): a failing case is found again by its seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// One way in which everything unknown could be.
enum Concrete {
    case one(String)
    case many(Set<String>)
    case number(Int64)
}

enum RandomWorld {
    /// What literals name; facts may have other values too.
    static let named: [Attribute: [String]] = [
        .callerPlace: ["HK", "GB", "US"], .callerSite: ["HK", "GB", "none"],
        .callerPersonClass: ["us_person", "foreign"],
        .callerEntity: ["e1", "e2", "none"], .dataLabel: ["public", "internal", "restricted"],
        .deploymentModel: ["m1", "m2"], .deploymentChannel: ["direct", "foundry"],
        .deploymentLineage: ["v1", "v2"], .deploymentRegions: ["HK", "US"], .callerRoles: ["r1", "r2"],
        .dataEUPersonal: ["true"], .deploymentRegionsOutsideRecord: ["HK", "US"],
    ]
    static let shares: [Attribute] = [.callerOwnedByUnsupported, .callerOwnedByListed]
    static let thresholds: [Int64] = [250_000, 500_000, 750_000]

    static func literal(_ random: inout SeededRandom) -> Literal {
        let attributes = named.keys.sorted { $0.rawValue < $1.rawValue } + shares
        let attribute = attributes.randomElement(using: &random) ?? .callerPlace
        guard let values = named[attribute] else {
            let bound = thresholds.randomElement(using: &random) ?? 0
            let tests: [Literal.Test] = [.above(bound), .atLeast(bound), .below(bound), .atMost(bound)]
            return Literal(attribute, tests.randomElement(using: &random) ?? .above(bound))
        }
        let set = ValueSet(
            values.filter { _ in Bool.random(using: &random) } + [values.randomElement(using: &random) ?? ""])
        if case .set = attribute.shape {
            let tests: [Literal.Test] = [.hasAny(set), .hasNone(set), .within(set), .reachesOutside(set)]
            return Literal(attribute, tests.randomElement(using: &random) ?? .hasAny(set))
        }
        return Literal(attribute, Bool.random(using: &random) ? .isIn(set) : .isNotIn(set))
    }

    static func clauses(_ random: inout SeededRandom) -> [Clause] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            Clause(anyOf: (0..<Int.random(in: 1...2, using: &random)).map { _ in literal(&random) })
        }
    }

    static func person(_ random: inout SeededRandom) -> PersonFacts {
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }
        let countries = ["HK", "GB", "US", "FR"].compactMap { Country($0) }
        let possible = Set(countries.filter { _ in Int.random(in: 0...2, using: &random) == 0 })
        func range() -> PercentRange {
            let ends = (0..<2).map { _ in Int64.random(in: 0...4, using: &random) * 250_000 + pick([-1, 0, 1]) }
                .sorted()
            return PercentRange(Percent(clamping: ends[0]), Percent(clamping: ends[1])) ?? .unknown
        }
        return PersonFacts(
            id: PersonID("p"), located: Located(places: possible.isEmpty ? .anywhere : .among(possible), tier: 3),
            site: pick([.known(countries[0]), .known(countries[3]), .none, .unknown]),
            classes: pick([.usPerson, .foreign, .unknown]),
            entity: pick([.known(EntityID("e1")), .known(EntityID("e9")), .none, .unknown]), entityCountry: nil,
            roles: pick([.exactly([]), .exactly(["r1"]), .exactly(["r1", "r2"]), .exactly(["r9"]), .unknown]),
            ownership: Ownership(byUnsupported: range(), byListed: range(), byCountryOfConcern: .none))
    }

    static func deployment(_ random: inout SeededRandom) -> DeploymentFacts {
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }
        let countries = ["HK", "US", "FR"].compactMap { Country($0) }
        return DeploymentFacts(
            id: DeploymentID("d"), model: pick([ModelID("m1"), ModelID("m2"), ModelID("m9")]),
            lineage: pick([.exactly(["v1"]), .exactly(["v1", "v2"]), .exactly(["v9"]), .unknown]),
            channel: pick([.direct, .foundry, .bedrock]),
            regions: pick([
                .anywhere, .among([countries[0]]), .among([countries[1], countries[2]]), .among(Set(countries)),
            ]))
    }

    static func call(_ persons: [PersonFacts], _ random: inout SeededRandom) -> CallFacts {
        let labels = Set(DataLabel.allCases.filter { _ in Int.random(in: 0...2, using: &random) == 0 })
        var flags = DataFacts.flags([])
        flags[.euPersonal] = Answer.allCases.randomElement(using: &random)
        let covered = Set(["HK", "FR"].compactMap { Country($0) }.filter { _ in Bool.random(using: &random) })
        return CallFacts(
            principal: .human, persons: persons,
            data: DataFacts(
                labels: labels, flags: flags,
                outsourcingRecords: [OutsourcingRecord(contract: nil, countries: covered)]))
    }
}

/// Judges by trying everything.
struct BruteForce {
    let input: DecisionInput
    let person: PersonFacts

    /// Whether some completion satisfies all clauses.
    func canHold(_ clauses: [Clause]) -> Bool { completions(of: clauses).contains { holds(clauses, $0) } }

    /// Whether all do.
    func mustHold(_ clauses: [Clause]) -> Bool { completions(of: clauses).allSatisfy { holds(clauses, $0) } }

    private func holds(_ clauses: [Clause], _ world: [Attribute: Concrete]) -> Bool {
        clauses.allSatisfy { $0.anyOf.contains { BruteForce.holds($0, world[$0.attribute]) } }
    }

    private static func holds(_ literal: Literal, _ value: Concrete?) -> Bool {
        switch (literal.test, value) {
        case (.isIn(let set), .one(let value)): set.members.contains(value)
        case (.isNotIn(let set), .one(let value)): !set.members.contains(value)
        case (.hasAny(let set), .many(let values)): !values.isDisjoint(with: set.members)
        case (.hasNone(let set), .many(let values)): values.isDisjoint(with: set.members)
        case (.within(let set), .many(let values)): values.isSubset(of: set.members)
        case (.reachesOutside(let set), .many(let values)): !values.isSubset(of: set.members)
        case (.above(let bound), .number(let number)): number > bound
        case (.atLeast(let bound), .number(let number)): number >= bound
        case (.below(let bound), .number(let number)): number < bound
        case (.atMost(let bound), .number(let number)): number <= bound
        default: false
        }
    }

    private func completions(of clauses: [Clause]) -> [[Attribute: Concrete]] {
        let attributes = Set(clauses.flatMap(\.anyOf).map(\.attribute))
        var worlds: [[Attribute: Concrete]] = [[:]]
        for attribute in attributes {
            let values = concrete(attribute)
            worlds = worlds.flatMap { world in
                values.map { value in
                    var world = world
                    world[attribute] = value
                    return world
                }
            }
        }
        return worlds
    }

    /// Everything that the attribute may be; a value that no rule names stands for all of those.
    private func concrete(_ attribute: Attribute) -> [Concrete] {
        let named = RandomWorld.named[attribute] ?? []
        let everything = attribute == .callerPersonClass ? named : named + ["ZZ"]
        switch input.value(of: attribute, person: person) {
        case .choice(.any): return everything.map { .one($0) }
        case .choice(.among(let values)): return values.map { .one($0) }
        case .number(let range):
            let interesting =
                RandomWorld.thresholds.flatMap { [$0 - 1, $0, $0 + 1] } + [range.lowerBound, range.upperBound]
            return interesting.filter { range.contains($0) }.map { .number($0) }
        case .set(let certain, .among(let perhaps)) where certain == perhaps: return [.many(certain)]
        case .set:
            return (0..<(1 << everything.count)).map { bits in
                .many(Set(everything.indices.filter { bits & 1 << $0 != 0 }.map { everything[$0] }))
            }
        case .absent: return []
        }
    }
}
