/// A complete error answer in one protocol's own shape.
package struct ErrorAnswer: Equatable, Sendable {
    package var status: Int
    /// Without framing; names in lower case.
    package var headers: [Header]
    package var body: [UInt8]

    init(status: Int, headers: [Header], body: [UInt8]) {
        self.status = status
        self.headers = [Header("content-type", "application/json")] + headers
        self.body = body
    }
}
