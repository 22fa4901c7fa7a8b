internal import Glibc

/// Standard output for answers, standard error for complaints.
enum Terminal {
    static func print(_ text: String) { write(1, text.hasSuffix("\n") ? text : text + "\n") }
    static func complain(_ text: String) { write(2, "portcullis: " + text + "\n") }
    static func print(bytes: [UInt8]) { _ = bytes.withUnsafeBytes { put(1, $0) } }

    private static func write(_ descriptor: Int32, _ text: String) {
        var text = text
        text.withUTF8 { _ = put(descriptor, UnsafeRawBufferPointer($0)) }
    }

    private static func put(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno != EINTR { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[max(0, count)...])
        }
        return true
    }
}
