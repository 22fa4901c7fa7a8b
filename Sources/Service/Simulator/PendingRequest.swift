internal import Transport

/// One request, with what its head alone already says.
struct PendingRequest {
    let exchange: ServerExchange
    /// Counts the requests of this run from 1; the byte log knows them by it.
    let number: UInt64
    let route: Route?
    /// Whose error shape applies.
    let wire: VendorProtocol
    let key: KeyCheck.Presented
    /// What the request id header of the answer says.
    let request: String
}
