package import Crypto
package import Vocabulary

/// What each act does.
extension Act {
    /// An order in the register of cut-offs.
    package struct OrderedCut: Hashable, Sendable {
        package var cut: CutID
        /// SHA-256 of the register's event: scope, reason and basis stand in it.
        package var order: Digest

        package init(cut: CutID, order: Digest) {
            self.cut = cut
            self.order = order
        }
    }

    /// A bundle in the place of another one.
    package struct BundleChange: Hashable, Sendable {
        package var name: String
        package var bundle: BundleHash
        /// What is active when the change is made: over another one, it is another change.
        package var replaces: BundleHash
        /// Digest of the sign-off matrix that the bundle brings, and of the one in force.
        package var matrix: Digest
        package var replacesMatrix: Digest

        package init(name: String, bundle: BundleHash, replaces: BundleHash, matrix: Digest, replacesMatrix: Digest) {
            self.name = name
            self.bundle = bundle
            self.replaces = replaces
            self.matrix = matrix
            self.replacesMatrix = replacesMatrix
        }

        package var changesMatrix: Bool { matrix != replacesMatrix }
    }

    /// Use past the rules in an emergency; it ends by itself.
    package struct BreakGlass: Hashable, Sendable {
        /// LIMIT: seconds for which a glass stays broken.
        package static let longestSeconds: Int64 = 24 * 3600

        package var persons: [PersonID]
        package var models: [ModelID]
        package var until: Instant
        package var reason: String

        package init(persons: [PersonID], models: [ModelID], until: Instant, reason: String) {
            self.persons = persons
            self.models = models
            self.until = until
            self.reason = reason
        }
    }

    /// Somebody is given functions that sign.
    package struct SignersChange: Hashable, Sendable {
        package var person: PersonID
        package var functions: [FunctionID]
        /// Nil for the whole firm.
        package var entity: EntityID?

        package init(person: PersonID, functions: [FunctionID], entity: EntityID? = nil) {
            self.person = person
            self.functions = functions
            self.entity = entity
        }
    }

    /// A legal hold, placed or released.
    package struct Hold: Hashable, Sendable {
        package var hold: HoldID
        /// SHA-256 of what it covers, as the archive writes it.
        package var scope: Digest
        package var reason: String

        package init(hold: HoldID, scope: Digest, reason: String) {
            self.hold = hold
            self.scope = scope
            self.reason = reason
        }
    }

    /// Records that are destroyed.
    package struct Disposal: Hashable, Sendable {
        package var scope: Digest
        package var records: UInt64
        /// Everything in the scope up to here.
        package var through: Instant
        package var reason: String

        package init(scope: Digest, records: UInt64, through: Instant, reason: String) {
            self.scope = scope
            self.records = records
            self.through = through
            self.reason = reason
        }
    }

    /// Records that leave the firm, such as a production to a regulator.
    package struct Export: Hashable, Sendable {
        package var scope: Digest
        package var recipient: String
        package var purpose: String
        package var entity: EntityID?

        package init(scope: Digest, recipient: String, purpose: String, entity: EntityID? = nil) {
            self.scope = scope
            self.recipient = recipient
            self.purpose = purpose
            self.entity = entity
        }
    }

    /// An exception: a rule that does not hold for somebody.
    package struct Lifting: Hashable, Sendable {
        /// LIMIT: seconds for which an exception may last.
        package static let longestSeconds: Int64 = 30 * 86_400

        package var rule: RuleID
        package var persons: [PersonID]
        package var entities: [EntityID]
        package var until: Instant
        package var reason: String

        package init(rule: RuleID, persons: [PersonID], entities: [EntityID], until: Instant, reason: String) {
            self.rule = rule
            self.persons = persons
            self.entities = entities
            self.until = until
            self.reason = reason
        }
    }

    /// Content, or the names behind pseudonyms, shown to somebody for a case.
    package struct Reading: Hashable, Sendable {
        package var matter: String
        /// References of the exchanges.
        package var references: [Reference]
        /// Whose words they are, and who employs them.
        package var subject: PersonID?
        package var entity: EntityID?
        package var purpose: String

        package init(
            matter: String, references: [Reference], subject: PersonID? = nil, entity: EntityID? = nil, purpose: String
        ) {
            self.matter = matter
            self.references = references
            self.subject = subject
            self.entity = entity
            self.purpose = purpose
        }
    }

    /// New credentials for an account whose independence others rely on, such as a regulator's officer's.
    package struct CredentialReset: Hashable, Sendable {
        package var account: AccountID
        package var person: PersonID
        package var reason: String

        package init(account: AccountID, person: PersonID, reason: String) {
            self.account = account
            self.person = person
            self.reason = reason
        }
    }

    /// Detection that lets more through than before.
    package struct DetectionChange: Hashable, Sendable {
        package var from: Digest
        package var to: Digest
        /// SHA-256 of the simulation that shows what it lets through; nobody signs without one.
        package var simulation: Digest
        package var reason: String

        package init(from: Digest, to: Digest, simulation: Digest, reason: String) {
            self.from = from
            self.to = to
            self.simulation = simulation
            self.reason = reason
        }
    }

    /// Reviewers, lexicon or sample rate of supervision.
    package struct SettingsChange: Hashable, Sendable {
        package var setting: String
        package var from: Digest
        package var to: Digest
        package var reason: String

        package init(setting: String, from: Digest, to: Digest, reason: String) {
            self.setting = setting
            self.from = from
            self.to = to
            self.reason = reason
        }
    }
}
