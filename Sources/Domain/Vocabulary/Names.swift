/// Several values that hold together, such as a model's ancestors or a person's roles. Unknown is any set at all.
package enum Names: Hashable, Sendable {
    case exactly(Set<String>)
    case unknown

    package static let empty = Names.exactly([])

    package init(_ names: some Sequence<String>) { self = .exactly(Set(names)) }

    package func mayContain(_ name: String) -> Bool {
        switch self {
        case .exactly(let names): names.contains(name)
        case .unknown: true
        }
    }

    package func certainlyContains(_ name: String) -> Bool {
        switch self {
        case .exactly(let names): names.contains(name)
        case .unknown: false
        }
    }
}
