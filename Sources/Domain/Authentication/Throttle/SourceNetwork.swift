internal import Bytes

/// Where an attempt comes from, as coarse as one subscriber has it: an IPv4 address, or the first 64 bits of an IPv6
/// address, within which one machine takes as many as it likes (RFC 4291 section 2.5.1).
package struct SourceNetwork: Hashable, Sendable {
    let bytes: [UInt8]

    /// In hexadecimal; empty for an unknown source.
    package var name: String { Hex.encode(bytes) }

    /// - Parameter address: 4 or 16 bytes in network order; anything else is one unknown source, a Unix socket's too.
    package init(address: [UInt8]) {
        switch address.count {
        case 4: bytes = address
        // IPv4-mapped (RFC 4291 section 2.5.5.2) is the IPv4 address.
        case 16 where address.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]): bytes = Array(address[12...])
        case 16: bytes = Array(address[..<8])
        default: bytes = []
        }
    }
}
