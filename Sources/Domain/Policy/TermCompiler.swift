/// Turns the clauses of a rule into terms.
///
/// A forbid fires if some completion of what is unknown satisfies it, so what matters is whether a whole conjunction
/// can hold at once: the masks of one attribute are intersected within a term, never judged apart. Then each attribute
/// can be tested on its own, and the result is exact.
struct TermCompiler {
    /// LIMIT: terms of one rule after its clauses are multiplied out.
    static let maximumTerms = 1024

    let tables: [Attribute: AttributeTable]

    /// The terms of a conjunction of clauses. A term that nothing can satisfy is left out.
    func terms(of clauses: [Clause]) throws(PolicyError) -> [[TermTest]] {
        var products: [[Literal]] = [[]]
        for clause in clauses {
            guard products.count * clause.anyOf.count <= TermCompiler.maximumTerms else {
                throw .tooManyTerms(limit: TermCompiler.maximumTerms)
            }
            products = products.flatMap { product in clause.anyOf.map { product + [$0] } }
        }
        var terms: [[TermTest]] = []
        for product in products {
            if let term = term(of: product) { terms.append(term) }
        }
        return terms
    }

    /// One term for each clause: it holds if the clause can fail. A permit applies for certain if none of them holds.
    func violations(of clauses: [Clause]) -> [[TermTest]] {
        clauses.compactMap { term(of: $0.anyOf.map(\.negated)) }
    }

    /// Nil if no input can satisfy all literals at once.
    private func term(of literals: [Literal]) -> [TermTest]? {
        var tests: [(cost: Int, tests: [TermTest])] = []
        let byAttribute = Dictionary(grouping: literals, by: \.attribute)
        for (attribute, literals) in byAttribute {
            guard let table = tables[attribute] else { continue }
            guard let found = table.isSet ? setTests(literals, table) : choiceTests(literals, table) else { return nil }
            tests += found.map { (TermCompiler.cost(of: attribute), $0) }
        }
        tests.sort { ($0.cost, $0.tests[0].slot) < ($1.cost, $1.tests[0].slot) }
        return tests.flatMap(\.tests)
    }

    /// Deployments differ more than callers, so their tests stand first and end most terms at once.
    private static func cost(of attribute: Attribute) -> Int {
        switch attribute.group {
        case .deployment: 0
        case .call: 1
        case .caller: 2
        case .meeting: 3
        }
    }

    private func choiceTests(_ literals: [Literal], _ table: AttributeTable) -> [[TermTest]]? {
        let mask = literals.reduce(table.all) { $0.intersection(table.atoms(where: $1.test)) }
        if mask.isEmpty { return nil }
        // Whatever the value is, it passes: nothing to test.
        if mask == table.all { return [] }
        return [hits(mask, table.slot)]
    }

    /// A set S lies between what it certainly and what it perhaps holds. Some such S satisfies all literals exactly if
    /// what it certainly holds keeps within the allowed atoms, and each wanted mask, cut to the allowed atoms, meets
    /// what it perhaps holds.
    private func setTests(_ literals: [Literal], _ table: AttributeTable) -> [[TermTest]]? {
        var allowed = table.all
        var wanted: [AtomSet] = []
        for literal in literals {
            let atoms = table.atoms(where: literal.test)
            switch literal.test {
            case .within: allowed = allowed.intersection(atoms)
            case .hasNone: allowed = allowed.subtracting(atoms)
            default: wanted.append(atoms)
            }
        }
        var tests: [[TermTest]] = []
        for atoms in wanted {
            let mask = atoms.intersection(allowed)
            if mask.isEmpty { return nil }
            tests.append(hits(mask, table.slot))
        }
        let forbidden = table.all.subtracting(allowed)
        for (index, word) in forbidden.words.enumerated() where word != 0 {
            tests.append([TermTest(mask: word, slot: Int32(table.certainSlot + index), kind: .miss)])
        }
        return tests
    }

    private func hits(_ mask: AtomSet, _ slot: Int) -> [TermTest] {
        var tests: [TermTest] = []
        for (index, word) in mask.words.enumerated() where word != 0 {
            tests.append(TermTest(mask: word, slot: Int32(slot + index), kind: .hitOrNext))
        }
        tests[tests.count - 1].kind = .hit
        return tests
    }
}
