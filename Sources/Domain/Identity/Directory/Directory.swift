internal import Crypto
package import Vocabulary

/// Everybody, every key and every session that a node knows, for look-ups on the way of a request: 300,000 people with
/// as many accounts and 400,000 keys in some hundred bytes each.
///
/// Rows of numbers in pages, names in pools of bytes, what many share interned; no object for any of them. A value: it
/// is built on the thread that reads the store, handed to the loop, and changed there by what the store says has
/// changed, in time proportional to that. `check` allocates nothing; what the rest of the way needs `caller` makes.
package struct Directory: Sendable {
    var texts = TextPool()
    var people = NamedRows<PersonRow>()
    var accounts = NamedRows<AccountRow>()
    var keys = NamedRows<KeyRow>()
    var sessions = NamedRows<SessionRow>()
    /// Rows of people who answer for services, a stretch for each.
    var accountable = PagedRows<UInt32>()
    var entities = Interned<EntityID>()
    var roles = Interned<Set<Role>>()
    var designations = Interned<Set<String>>()
    var useCases = Interned<UseCaseID>()
    var models = Interned<Set<ModelID>?>()
    var terms = Interned<String?>()
    private(set) var currentTermsNumber: UInt32

    package init() { currentTermsNumber = terms.number(of: "") }

    /// The date of the terms of use that hold now; an acceptance of others does not count.
    package var currentTerms: String {
        get { terms[currentTermsNumber] ?? "" }
        set { currentTermsNumber = terms.number(of: newValue) }
    }

    /// What sessions are used for: a key brings its own use case.
    package var sessionUseCase: UseCaseID = UseCaseID("workspace")

    /// Why a key or a session does not open anything. What the holder is told does not say which of the first four it
    /// was.
    package enum Rejection: Error, Equatable, Sendable {
        case unknown
        case revoked
        case expired
        case inactive
        case termsNotAccepted(current: String)
    }

    /// A key or a session that was found, until the directory changes.
    package struct Match: Hashable, Sendable {
        let isSession: Bool
        let row: UInt32
    }

    /// Whoever stands behind a presented key or session.
    package struct Caller: Sendable {
        package let bearer: BearerID
        /// What it is for; bounds the models and the data.
        package let useCase: UseCaseID
        /// Narrower than the use case's, where the key says so.
        package let models: Set<ModelID>?
        package let highestLabel: DataLabel?
        package let account: Account
        /// Those who answer for what is done; empty when nobody is known to.
        package let persons: [Person]
        /// Answerable persons that the store does not know: each stands for the unknown person.
        package let unknownPersons: Int
    }

    package var counts: (people: Int, accounts: Int, keys: Int, sessions: Int) {
        (people.count, accounts.count, keys.count, sessions.count)
    }

    /// Bytes of memory that it takes.
    package var heldBytes: Int {
        texts.heldBytes + people.heldBytes + accounts.heldBytes + keys.heldBytes + sessions.heldBytes
            + accountable.heldBytes + entities.heldBytes + roles.heldBytes + designations.heldBytes
            + useCases.heldBytes + models.heldBytes + terms.heldBytes
    }
}
