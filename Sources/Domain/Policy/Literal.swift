/// One question about one attribute: the smallest part of a rule.
package struct Literal: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
        // Of a choice.
        case isIn(ValueSet)
        case isNotIn(ValueSet)
        // Of a set of values that hold together.
        case hasAny(ValueSet)
        case hasNone(ValueSet)
        case within(ValueSet)
        case reachesOutside(ValueSet)
        // Of a number, in the attribute's own units.
        case above(Int64)
        case atLeast(Int64)
        case below(Int64)
        case atMost(Int64)
    }

    package let attribute: Attribute
    package let test: Test

    package init(_ attribute: Attribute, _ test: Test) {
        self.attribute = attribute
        self.test = test
    }

    /// The question whose answer is yes where this one's is no.
    var negated: Literal {
        let test: Test =
            switch self.test {
            case .isIn(let set): .isNotIn(set)
            case .isNotIn(let set): .isIn(set)
            case .hasAny(let set): .hasNone(set)
            case .hasNone(let set): .hasAny(set)
            case .within(let set): .reachesOutside(set)
            case .reachesOutside(let set): .within(set)
            case .above(let bound): .atMost(bound)
            case .atLeast(let bound): .below(bound)
            case .below(let bound): .atLeast(bound)
            case .atMost(let bound): .above(bound)
            }
        return Literal(attribute, test)
    }

    var values: ValueSet? {
        switch test {
        case .isIn(let set), .isNotIn(let set), .hasAny(let set), .hasNone(let set), .within(let set),
            .reachesOutside(let set):
            set
        case .above, .atLeast, .below, .atMost: nil
        }
    }

    /// Whether the test can be asked of the attribute at all.
    package var isWellFormed: Bool {
        switch (attribute.shape, test) {
        case (.choice, .isIn), (.choice, .isNotIn): true
        case (.set, .hasAny), (.set, .hasNone), (.set, .within), (.set, .reachesOutside): true
        case (.percent, .above), (.percent, .atLeast), (.percent, .below), (.percent, .atMost): true
        case (.integer, .above), (.integer, .atLeast), (.integer, .below), (.integer, .atMost): true
        default: false
        }
    }
}

/// The values that a literal names, written out, and the named set that they came from, for people.
package struct ValueSet: Hashable, Sendable {
    package let members: Set<String>
    package let name: String?

    package init(_ members: some Sequence<String>, name: String? = nil) {
        self.members = Set(members)
        self.name = name
    }
}

/// A part of a rule that holds when any of its literals holds.
package struct Clause: Hashable, Sendable {
    package let anyOf: [Literal]

    package init(anyOf: [Literal]) { self.anyOf = anyOf }
    package init(_ literal: Literal) { anyOf = [literal] }
}
