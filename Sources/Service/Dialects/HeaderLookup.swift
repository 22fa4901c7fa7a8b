package import HTTP

/// What a dialect may ask of a request's head.
package protocol HeaderLookup {
    /// Value of the first field of that name, without surrounding white space. - Parameter name: in lower case.
    func value(of name: StaticString) -> String?
    /// How many fields bear the name. - Parameter name: in lower case.
    func count(of name: StaticString) -> Int
}

extension HeaderFields: HeaderLookup {}
