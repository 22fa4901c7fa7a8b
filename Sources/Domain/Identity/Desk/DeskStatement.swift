package import Vocabulary

/// What the export-control desk says of a person and a class: yes, no, or that it does not know. Never why: papers and
/// passports stay where they are kept, and nothing here has a place for them.
package struct DeskStatement: Hashable, Sendable {
    package enum Answer: String, CaseIterable, Sendable {
        case yes
        case no
        case unknown
    }

    package var person: PersonID
    package var personClass: PersonClass
    package var answer: Answer
    package var at: Instant
    /// Who said it, for the desk.
    package var by: PersonID

    package init(person: PersonID, personClass: PersonClass, answer: Answer, at: Instant, by: PersonID) {
        self.person = person
        self.personClass = personClass
        self.answer = answer
        self.at = at
        self.by = by
    }
}

extension PossiblePersonClasses {
    /// What the engine gets of them. The classes exclude each other and leave no third, so a no to one is a yes to the
    /// other; statements that leave none possible contradict each other, and everything is possible again.
    package init(_ statements: some Sequence<DeskStatement>) {
        var possible = PossiblePersonClasses.unknown
        for statement in statements {
            let own = PossiblePersonClasses(statement.personClass)
            switch statement.answer {
            case .yes: possible.formIntersection(own)
            case .no: possible.subtract(own)
            case .unknown: break
            }
        }
        self = possible.isEmpty ? .unknown : possible
    }
}
