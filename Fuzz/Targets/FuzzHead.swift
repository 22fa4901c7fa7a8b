internal import Dialects

/// The head that both dialects take.
struct FuzzHead: HeaderLookup {
    private static let fields = ["content-type": "application/json", "anthropic-version": "2023-06-01"]

    func value(of name: StaticString) -> String? { FuzzHead.fields["\(name)"] }
    func count(of name: StaticString) -> Int { FuzzHead.fields["\(name)"] == nil ? 0 : 1 }
}
