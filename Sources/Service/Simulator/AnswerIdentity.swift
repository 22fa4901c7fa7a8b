internal import Bytes

/// The names that one answer bears. All come from the exchange's number and the run, so that an answer is found again
/// in the byte log.
struct AnswerIdentity: Equatable {
    /// Eight hexadecimal digits that differ between runs.
    let run: String
    let exchange: UInt64
    let model: String
    /// Seconds since 1970.
    let created: Int64

    var completion: String { "chatcmpl-" + unique }
    var message: String { "msg_" + unique }
    var request: String { "req_" + unique }

    func call(_ index: Int, in wire: VendorProtocol) -> String {
        (wire == .openAI ? "call_" : "toolu_") + unique + "c\(index)"
    }

    private var unique: String {
        let number = String(exchange, radix: 16)
        return run + String(repeating: "0", count: max(0, 16 - number.utf8.count)) + number
    }
}
