internal import Identity
internal import Location
internal import Vocabulary

/// Who stands behind a request, by name: what has to be asked again when something changes while an answer is open.
struct Visitor: Hashable, Sendable {
    let bearer: BearerID
    let account: AccountID
    let persons: Set<PersonID>
    let address: IPAddress?
    /// What the request declared about itself.
    let label: DataLabel?
}
