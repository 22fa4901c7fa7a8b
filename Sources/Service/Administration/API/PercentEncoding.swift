internal import Bytes

/// RFC 3986 section 2.1.
enum PercentEncoding {
    /// Nil for a broken escape and for what is not UTF-8.
    static func decode(_ text: some Collection<UInt8>, plusIsBlank: Bool = false) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap({ Hex.value($0) }),
                    let low = rest.next().flatMap({ Hex.value($0) })
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
