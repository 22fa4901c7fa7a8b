/// The little of DER (X.690 section 10) that keys and signatures are written in.
enum DER {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var head: [UInt8] = [tag]
        switch content.count {
        case 0..<0x80: head.append(UInt8(content.count))
        case 0x80..<0x100: head += [0x81, UInt8(content.count)]
        default:
            precondition(content.count < 0x1_0000, "an element of DER is longer than any key")
            head += [0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)]
        }
        return head + content
    }

    /// INTEGER from big-endian bytes: no leading zeros but the one that keeps it positive.
    static func unsigned(_ bytes: [UInt8]) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return element(0x02, digits)
    }
}
