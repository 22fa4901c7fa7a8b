internal import Vocabulary

/// The values of one attribute, cut into atoms: values that no rule tells apart share one. A list of 165 countries
/// becomes a bit or two this way, and a percentage the side of each threshold that it lies on.
///
/// INVARIANT: no atom is empty, so that "unknown" never stands for a value that does not exist.
struct AttributeTable: Sendable {
    let attribute: Attribute
    let atomCount: Int
    /// First word of the attribute in a compiled input. A set has a second row of words behind the first: what it may
    /// hold, then what it certainly holds.
    let slot: Int
    var wordCount: Int { AtomSet.wordCount(atomCount) }
    var certainSlot: Int { slot + wordCount }
    var isSet: Bool { if case .set = attribute.shape { true } else { false } }
    var slotCount: Int { isSet ? 2 * wordCount : wordCount }

    /// Atom of every value that some rule names or that a closed domain has.
    private let atoms: [String: Int]
    /// Atom of the values that nobody names; nil where the domain is closed and all are named.
    private let otherAtom: Int?
    /// Lower bounds of the atoms of a number, rising; the first atom lies below the first.
    private let bounds: [Int64]

    /// - Parameter literals: everything that the rules ask of this attribute.
    init(attribute: Attribute, literals: [Literal], slot: Int) {
        self.attribute = attribute
        self.slot = slot
        switch attribute.shape {
        case .percent, .integer:
            bounds = Set(literals.compactMap(\.lowerBound)).sorted()
            atomCount = bounds.count + 1
            atoms = [:]
            otherAtom = nil
        case .choice(let domain), .set(let domain):
            bounds = []
            let sets = Array(Set(literals.compactMap(\.values?.members)))
            let unnamed = AtomSet(wordCount: AtomSet.wordCount(sets.count))
            /// In which of the sets a value lies.
            var signatures: [String: AtomSet] = [:]
            for (index, set) in sets.enumerated() {
                for value in set { signatures[value, default: unnamed].insert(index) }
            }
            var atomOfSignature: [AtomSet: Int] = [:]
            func atom(of signature: AtomSet) -> Int {
                if let known = atomOfSignature[signature] { return known }
                defer { atomOfSignature[signature] = atomOfSignature.count }
                return atomOfSignature.count
            }
            if let all = domain.allValues {
                atoms = Dictionary(uniqueKeysWithValues: all.map { ($0, atom(of: signatures[$0] ?? unnamed)) })
                otherAtom = nil
            } else {
                otherAtom = atom(of: unnamed)
                atoms = signatures.mapValues { atom(of: $0) }
            }
            atomCount = atomOfSignature.count
        }
    }

    /// The atoms that a literal's own values cover, before it is asked whether they are in or out.
    private func atoms(of values: ValueSet) -> AtomSet {
        var set = AtomSet(wordCount: wordCount)
        for member in values.members {
            if let atom = atoms[member] { set.insert(atom) }
        }
        return set
    }

    var all: AtomSet { AtomSet(all: atomCount) }

    /// The atoms for which a test of a choice or number is true. For a set: the atoms that the test speaks of.
    func atoms(where test: Literal.Test) -> AtomSet {
        switch test {
        case .isIn(let values), .hasAny(let values), .hasNone(let values), .within(let values): atoms(of: values)
        case .isNotIn(let values), .reachesOutside(let values): all.subtracting(atoms(of: values))
        case .atLeast(let bound): atoms(from: bound)
        case .above(let bound): atoms(from: bound.nextUp)
        case .below(let bound): all.subtracting(atoms(from: bound))
        case .atMost(let bound): all.subtracting(atoms(from: bound.nextUp))
        }
    }

    private func atoms(from bound: Int64?) -> AtomSet {
        var set = AtomSet(wordCount: wordCount)
        guard let bound else { return set }
        for atom in (atom(of: bound))..<atomCount { set.insert(atom) }
        return set
    }

    private func atom(of number: Int64) -> Int { bounds.partitioningIndex { $0 > number } }

    /// Writes a value into the words of a compiled input; `words` is where slot 0 lies, and all are zero.
    func encode(_ value: FactValue, into words: UnsafeMutablePointer<UInt64>) {
        switch value {
        case .choice(let possible): insert(possible, into: words + slot)
        case .set(let certain, let perhaps):
            insert(perhaps, into: words + slot)
            for value in certain { insert(value, into: words + certainSlot) }
        case .number(let range):
            for atom in atom(of: range.lowerBound)...atom(of: range.upperBound) { insert(atom, into: words + slot) }
        case .absent: insert(.any, into: words + slot)
        }
    }

    /// A value that certainly belongs to a set.
    func encodeMember(_ value: String, into words: UnsafeMutablePointer<UInt64>) {
        insert(value, into: words + slot)
        insert(value, into: words + certainSlot)
    }

    private func insert(_ possible: Possibilities, into words: UnsafeMutablePointer<UInt64>) {
        switch possible {
        case .any: for atom in 0..<atomCount { insert(atom, into: words) }
        case .among(let values): for value in values { insert(value, into: words) }
        }
    }

    private func insert(_ value: String, into words: UnsafeMutablePointer<UInt64>) {
        if let atom = atoms[value] ?? otherAtom {
            insert(atom, into: words)
        } else {
            // A value outside of a closed domain can only be our own mistake; it counts as any.
            insert(.any, into: words)
        }
    }

    private func insert(_ atom: Int, into words: UnsafeMutablePointer<UInt64>) {
        words[atom / 64] |= 1 << UInt64(atom % 64)
    }
}

extension Literal {
    /// The number from which on the test's answer changes.
    fileprivate var lowerBound: Int64? {
        switch test {
        case .atLeast(let bound), .below(let bound): bound
        case .above(let bound), .atMost(let bound): bound.nextUp
        default: nil
        }
    }
}

extension Int64 {
    /// Nil beyond the range.
    fileprivate var nextUp: Int64? { self == .max ? nil : self + 1 }
}

extension Attribute.Domain {
    /// Every value of a closed domain, nil for an open one.
    fileprivate var allValues: [String]? {
        switch self {
        case .country: (0..<Country.count).map { Country(index: $0).description }
        case .countryOrNone: (0..<Country.count).map { Country(index: $0).description } + [Attribute.none]
        case .enumeration(let values): values
        case .names: nil
        }
    }
}

extension [Int64] {
    /// Index of the first element for which `isBeyond` is true, in a sorted array.
    fileprivate func partitioningIndex(_ isBeyond: (Int64) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
