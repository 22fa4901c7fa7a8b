/// Paths of files and of the API.
enum Path {
    /// Without a slash at the end, so that names can be joined to it.
    static func folder(_ text: String) -> String {
        var text = text
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }

    static func lastName(_ path: String) -> String {
        path.split(separator: "/").last.map { String($0) } ?? path
    }

    /// One segment of a URL's path (RFC 3986 section 3.3).
    static func segment(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
