/// Which bytes may stand where (RFC 9110 section 5.6.2, RFC 9112 section 3.2).
enum ByteClass {
    /// `tchar`: letters, digits and !#$%&'*+-.^_`|~
    static func isToken(_ byte: UInt8) -> Bool { has(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// A visible character of a target: what RFC 3986 lets stand in a URL, without the fragment.
    static func isTarget(_ byte: UInt8) -> Bool { has(byte, low: 0xAFFF_FFF2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF) }

    /// Field content: tab, space, visible ASCII and bytes from 0x80 on.
    static func isFieldContent(_ byte: UInt8) -> Bool { byte >= 0x20 ? byte != 0x7F : byte == 0x09 }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    private static func has(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte & 63) & 1 == 1
    }
}
