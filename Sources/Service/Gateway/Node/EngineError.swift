internal import JSON

/// Answers that the engine gives before a request has a protocol: a shape that the clients of both protocols read.
enum EngineError {
    static func body(status: Int, message: String) -> (type: String, bytes: [UInt8]) {
        var writer = JSONWriter()
        writer.object { object in
            object.member("type", "error")
            object.member(
                "error",
                object: { error in
                    error.member("type", status < 500 ? "invalid_request_error" : "api_error")
                    error.member("message", message)
                })
        }
        return ("application/json", writer.bytes)
    }
}
