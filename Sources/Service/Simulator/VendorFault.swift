/// A refusal as a vendor gives it: which rule of the table, and what goes over the wire.
struct VendorFault: Error, Equatable {
    var rule: StrictnessRule
    var status: Int
    var message: String
    /// OpenAI's `error.type`, or Anthropic's.
    var type = "invalid_request_error"
    /// OpenAI only.
    var code: String?
    /// OpenAI only: the place in the request.
    var param: String?
}
