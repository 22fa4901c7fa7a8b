enum ForwardedHeaders {
    /// The fields of `names` that the request has, once each.
    static func select(_ names: [StaticString], from head: some HeaderLookup) throws(DialectError) -> [Header] {
        var headers: [Header] = []
        for name in names where head.count(of: name) > 0 {
            guard head.count(of: name) == 1, let value = head.value(of: name) else {
                throw .repeatedHeader(name: "\(name)")
            }
            headers.append(Header("\(name)", value))
        }
        return headers
    }
}
