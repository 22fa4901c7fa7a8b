package import Vocabulary

/// The rules, exceptions and approvals of a bundle, compiled once and then only read.
///
/// A decision compares masks: attributes are cut into atoms (`AttributeTable`), rules into terms (`TermCompiler`), an
/// input into words. Its cost is linear in the number of terms.
///
/// Shared by every thread without a lock: nothing changes after `init`.
package final class CompiledPolicy: Sendable {
    /// LIMIT: rules of a bundle that oblige.
    package static let maximumObligations = ObligationBits.capacity

    package let book: RuleBook
    package let bundle: BundleHash

    let tables: [AttributeTable]
    let layout: WordLayout
    /// Those of `tables` whose value is known only when call and deployment meet.
    let meetingTables: Range<Int>
    let forbids: CompiledRules<Rule>
    let obligations: CompiledRules<Rule>
    let permits: CompiledRules<Permission>
    let exceptions: CompiledRules<RuleException>
    /// For each forbid, the exceptions that name it and whose authority it accepts.
    let liftedBy: [[Int]]
    /// Bit of each obligation's kind, in the order of `obligations`.
    let obligationKinds: [UInt16]

    /// Rules whose status takes them out of force are left out.
    package init(_ book: RuleBook, bundle: BundleHash = .none) throws(PolicyError) {
        self.book = book
        self.bundle = bundle
        let rules = book.rules.filter(\.status.isEvaluated).sorted { ($0.id, $0.version) < ($1.id, $1.version) }
        let forbidden = rules.filter { $0.effect == .forbid }
        let obliging = rules.filter { if case .oblige = $0.effect { true } else { false } }
        let lifting = book.exceptions.filter(\.status.isEvaluated).sorted { ($0.id, $0.version) < ($1.id, $1.version) }
        let permitting =
            (rules.filter { $0.effect == .permit }.map(Permission.init)
            + book.approvals.map(Permission.init)).sorted { $0.id < $1.id }
        for rule in rules {
            for literal in rule.when.flatMap(\.anyOf) where !literal.isWellFormed {
                throw .illFormed(rule: rule.id, attribute: literal.attribute)
            }
        }
        guard obliging.count <= ObligationBits.capacity else {
            throw .tooManyObligations(limit: ObligationBits.capacity)
        }

        let clauses = rules.flatMap(\.when) + lifting.flatMap(\.when) + permitting.flatMap(\.clauses)
        (tables, layout) = WordLayout.tables(for: clauses.flatMap(\.anyOf))
        meetingTables = (tables.firstIndex { $0.attribute.group == .meeting } ?? tables.count)..<tables.count
        let compiler = TermCompiler(tables: Dictionary(uniqueKeysWithValues: tables.map { ($0.attribute, $0) }))
        forbids = try CompiledRules(forbidden) { (rule) throws(PolicyError) in try compiler.terms(of: rule.when) }
        obligations = try CompiledRules(obliging) { (rule) throws(PolicyError) in try compiler.terms(of: rule.when) }
        permits = try CompiledRules(permitting) { (permit) throws(PolicyError) in
            compiler.violations(of: permit.clauses)
        }
        exceptions = try CompiledRules(lifting) { (exception) throws(PolicyError) in
            compiler.violations(of: exception.when)
        }
        liftedBy = forbidden.map { rule in
            lifting.indices.filter {
                lifting[$0].lifts.contains(rule.id) && rule.liftableBy.contains(lifting[$0].authority.kind)
            }
        }
        obligationKinds = obliging.map { rule in
            if case .oblige(let obligation) = rule.effect { obligation.bit } else { 0 }
        }
    }

    /// The rule that a ground names; nil for an id of another policy.
    package func rule(_ id: RuleID, version: Int) -> Rule? {
        book.rules.first { $0.id == id && $0.version == version }
    }
}

/// Where the words of each group of attributes lie in a compiled input.
struct WordLayout: Sendable {
    var caller: Range<Int>
    var call: Range<Int>
    var deployment: Range<Int>
    var meeting: Range<Int>
    var count: Int { meeting.upperBound }

    /// Tables for the attributes that the literals ask about, group by group.
    static func tables(for literals: [Literal]) -> ([AttributeTable], WordLayout) {
        let asked = Dictionary(grouping: literals, by: \.attribute)
        var tables: [AttributeTable] = []
        var ranges: [Range<Int>] = []
        var slot = 0
        for group in Attribute.Group.allCases {
            let start = slot
            for attribute in Attribute.allCases where attribute.group == group {
                guard let literals = asked[attribute] else { continue }
                let table = AttributeTable(attribute: attribute, literals: literals, slot: slot)
                tables.append(table)
                slot += table.slotCount
            }
            ranges.append(start..<slot)
        }
        return (
            tables, WordLayout(caller: ranges[0], call: ranges[1], deployment: ranges[2], meeting: ranges[3])
        )
    }
}

/// An approval, or a rule that permits.
struct Permission: Sendable {
    var id: String
    var clauses: [Clause]
    var valid: Validity
    var recorded: Range<Instant>

    init(_ approval: Approval) {
        id = approval.id.text
        clauses = approval.clauses
        valid = approval.valid
        recorded = approval.recorded
    }

    init(_ rule: Rule) {
        id = rule.id.text
        clauses = rule.when
        valid = rule.valid
        recorded = rule.recorded
    }
}

/// What has a time in which it counts.
protocol Dated: Sendable {
    var valid: Validity { get }
    var recorded: Range<Instant> { get }
}

extension Dated {
    /// Two clocks: it held at `at`, and we knew of it at `knownAt`.
    @inline(__always)
    func isActive(at: Instant, knownAt: Instant) -> Bool { valid.contains(at) && recorded.contains(knownAt) }
}

extension Rule: Dated {}
extension RuleException: Dated {}
extension Permission: Dated {}
extension Approval: Dated {}

/// Rules of one effect with their terms.
struct CompiledRules<Source: Dated>: Sendable {
    let sources: [Source]
    let program: Program
    /// Terms of each rule.
    let ranges: [Range<Int>]

    init(_ sources: [Source], terms: (Source) throws(PolicyError) -> [[TermTest]]) throws(PolicyError) {
        self.sources = sources
        var program = Program()
        var ranges: [Range<Int>] = []
        for (index, source) in sources.enumerated() {
            let terms = try terms(source)
            let start = program.terms.count
            for term in terms {
                let first = program.tests.count
                program.tests += term
                program.terms.append(
                    Term(
                        firstTest: Int32(first), endTest: Int32(program.tests.count), rule: Int32(index),
                        nextRule: Int32(start + terms.count)))
            }
            ranges.append(start..<program.terms.count)
        }
        self.program = program
        self.ranges = ranges
    }

    /// For terms that are violations: whether none of the rule's holds, so that it applies whatever the unknown is.
    @inline(__always)
    func appliesForCertain(_ index: Int, _ words: UnsafePointer<UInt64>, at: Instant, knownAt: Instant) -> Bool {
        for term in ranges[index] where program.holds(term, words) { return false }
        return sources[index].isActive(at: at, knownAt: knownAt)
    }
}

extension Obligation {
    var bit: UInt16 { 1 << UInt16(Obligation.allCases.firstIndex(of: self) ?? 15) }
}
