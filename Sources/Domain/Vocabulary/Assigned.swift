/// A value that somebody has, has not, or of which we do not know whether they have it and which.
package enum Assigned<Value: Hashable & Sendable>: Hashable, Sendable {
    case known(Value)
    case none
    case unknown
}
