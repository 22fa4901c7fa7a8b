/// One conjunction of a rule in disjunctive form, as a run of tests over the words of a compiled input. A rule fires if
/// any of its terms holds.
struct Term: Sendable {
    var firstTest: Int32
    var endTest: Int32
    /// Index of the rule.
    var rule: Int32
    /// First term of the next rule: where to go on once this rule has fired.
    var nextRule: Int32
}

/// One test of a term: a mask against one word.
struct TermTest: Sendable {
    enum Kind: UInt16, Sendable {
        /// Some bit of the mask is set.
        case hit
        /// Some bit of the mask is set in this word, or in that of the next test.
        case hitOrNext
        /// No bit of the mask is set.
        case miss
    }

    var mask: UInt64
    var slot: Int32
    var kind: Kind
}

/// Rules of one effect, flat.
struct Program: Sendable {
    var terms: [Term] = []
    var tests: [TermTest] = []

    /// Calls `body` with the index of every rule of which a term holds, rising; a rule of which `isActive` is false
    /// does not count.
    ///
    /// No short-circuit: all rules that fire are found. Costs a few nanoseconds a term, allocates nothing.
    @inline(__always)
    func forEachFiring(
        _ words: UnsafePointer<UInt64>, isActive: (Int) -> Bool, body: (Int) -> Void
    ) {
        terms.withUnsafeBufferPointer { terms in
            tests.withUnsafeBufferPointer { tests in
                var index = 0
                while index < terms.count {
                    let term = terms[index]
                    if Program.holds(term, tests, words), isActive(Int(term.rule)) {
                        body(Int(term.rule))
                        index = Int(term.nextRule)
                    } else {
                        index += 1
                    }
                }
            }
        }
    }

    @inline(__always)
    func holds(_ term: Int, _ words: UnsafePointer<UInt64>) -> Bool {
        tests.withUnsafeBufferPointer { Program.holds(terms[term], $0, words) }
    }

    @inline(__always)
    private static func holds(
        _ term: Term, _ tests: UnsafeBufferPointer<TermTest>, _ words: UnsafePointer<UInt64>
    ) -> Bool {
        var index = Int(term.firstTest)
        let end = Int(term.endTest)
        var hits = false
        while index < end {
            let test = tests[index]
            let overlap = words[Int(test.slot)] & test.mask != 0
            switch test.kind {
            case .hit:
                if !(overlap || hits) { return false }
                hits = false
            case .hitOrNext: hits = hits || overlap
            case .miss: if overlap { return false }
            }
            index += 1
        }
        return true
    }
}
