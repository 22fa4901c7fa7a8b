/// An absolute URL of a provider, taken apart: scheme, host, port, path with query. No user, no fragment, no escape in
/// the host; what is odd is refused rather than understood.
package struct Endpoint: Hashable, Sendable {
    package let isPlain: Bool
    /// In lower case; an IPv6 address stands without its brackets.
    package let host: String
    package let port: UInt16
    /// Path and query; begins with `/`.
    package let target: String
    package let text: String

    /// LIMIT: of a URL, in bytes.
    package static let maximumLength = 2048

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Endpoint.maximumLength, bytes.allSatisfy({ (0x21...0x7E).contains($0) }),
            !bytes.contains(UInt8(ascii: "#")), !bytes.contains(UInt8(ascii: "\\")), !bytes.contains(UInt8(ascii: "\""))
        else { return nil }
        let rest: ArraySlice<UInt8>
        if bytes.starts(with: "https://".utf8) {
            (isPlain, rest) = (false, bytes[8...])
        } else if bytes.starts(with: "http://".utf8) {
            (isPlain, rest) = (true, bytes[7...])
        } else {
            return nil
        }
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard let authority = Endpoint.authority(rest[..<end], isPlain: isPlain) else { return nil }
        (host, port) = authority
        let tail = String(decoding: rest[end...], as: UTF8.self)
        target = tail.hasPrefix("/") ? tail : "/" + tail
        self.text = text
    }

    private static func authority(_ bytes: ArraySlice<UInt8>, isPlain: Bool) -> (String, UInt16)? {
        var name = bytes
        var port: UInt16 = isPlain ? 80 : 443
        let isSix = bytes.first == UInt8(ascii: "[")
        let close = isSix ? bytes.firstIndex(of: UInt8(ascii: "]")) : nil
        if isSix, close == nil { return nil }
        let after = close.map { $0 + 1 } ?? bytes.startIndex
        if let colon = bytes[after...].firstIndex(of: UInt8(ascii: ":")) {
            let digits = bytes[(colon + 1)...]
            guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt16(String(decoding: digits, as: UTF8.self)), number > 0
            else { return nil }
            port = number
            name = bytes[..<colon]
        }
        if let close {
            guard name.endIndex == close + 1 else { return nil }
            name = name.dropFirst().dropLast()
            guard !name.isEmpty, name.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == 0x2E })
            else { return nil }
        } else {
            guard (1...253).contains(name.count), name.allSatisfy({ isHostByte($0) }) else { return nil }
        }
        return (String(decoding: name, as: UTF8.self).lowercased(), port)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
