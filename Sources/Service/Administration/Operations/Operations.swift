internal import Identity
internal import Vocabulary

/// Everything that the administration does: the one table from which routes, checks, rights and the document come.
enum Operations {
    static var all: [Operation] { published + ofTheInstallation }

    /// What the document describes.
    static var published: [Operation] {
        installation + people + keys + sessions + evidence + cuts + approvals + ledger
    }

    static let idOfPerson = Parameter("id", .id(PersonKind.self), "a person")

    /// The answer of a list of these.
    static func page(_ component: Component) -> Schema { .page(.component(component)) }
}
