internal import JSON

/// What an operation answers when it was done.
struct Reply: Sendable {
    var status = 200
    var body: [UInt8]

    init(_ writer: JSONWriter) { body = writer.bytes }
    init(json: [UInt8]) { body = json }

    init(members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object(members)
        self.init(writer)
    }
}
