internal import Bytes

/// A header of the PROXY protocol, version 2 ("The PROXY protocol", HAProxy, 2020, section 2.2): what a load balancer
/// says of the client whose bytes follow.
///
///     12 bytes  signature
///      1        version (4 bits), command (4 bits)
///      1        address family (4 bits), transport (4 bits)
///      2        length of the rest
///               addresses and ports; then type, length and value again and again
package struct ProxyHeader: Equatable, Sendable {
    package struct Endpoint: Equatable, Sendable {
        /// 4 or 16 bytes.
        package let address: [UInt8]
        package let port: UInt16
    }

    /// The client; nil when the peer speaks for itself (LOCAL) or does not know (UNSPEC).
    package let source: Endpoint?

    package enum Fault: Error, Equatable, Sendable, CaseIterable {
        case notProxy, version1, badVersion, badCommand, badFamily, notStream, tooLong, tooShort, badTypeLengthValue
        case badChecksum
    }

    /// Before the length is known.
    package static let prefixLength = 16
    /// LIMIT: bytes of a header: 536 are guaranteed to arrive in one piece (section 2.2), and senders of certificates
    /// put a few more behind the addresses.
    package static let longest = prefixLength + 2_048

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// How long the whole header is, from its beginning; nil while that cannot be said. Refuses what can be no header
    /// at the first byte that shows it.
    package static func length(of beginning: UnsafeRawBufferPointer) throws(Fault) -> Int? {
        for (index, byte) in beginning.prefix(12).enumerated() where byte != signature[index] {
            throw beginning.first == UInt8(ascii: "P") ? .version1 : .notProxy
        }
        guard beginning.count >= prefixLength else { return nil }
        guard beginning[12] >> 4 == 2 else { throw .badVersion }
        guard beginning[12] & 15 <= 1 else { throw .badCommand }
        let length = prefixLength + (Int(beginning[14]) << 8 | Int(beginning[15]))
        guard length <= longest else { throw .tooLong }
        return length
    }

    /// - Parameter bytes: the header, whole, and nothing after it.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> ProxyHeader {
        guard let length = try length(of: bytes), length == bytes.count else { throw .tooShort }
        let isLocal = bytes[12] & 15 == 0
        let family = bytes[13] >> 4
        let transport = bytes[13] & 15
        guard family <= 3, transport <= 2 else { throw .badFamily }
        // A peer that speaks for itself may say anything here, and it means nothing.
        if isLocal { return ProxyHeader(source: nil) }
        if family == 0 || transport == 0 {
            guard family == 0, transport == 0 else { throw .badFamily }
            try checkValues(bytes, from: prefixLength)
            return ProxyHeader(source: nil)
        }
        guard transport == 1, family != 3 else { throw .notStream }
        let size = family == 1 ? 4 : 16
        let end = prefixLength + 2 * size + 4
        guard bytes.count >= end else { throw .tooShort }
        try checkValues(bytes, from: end)
        let at = prefixLength + 2 * size
        return ProxyHeader(
            source: Endpoint(
                address: Array(bytes[prefixLength..<prefixLength + size]),
                port: UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])))
    }

    /// Section 2.2.3: PP2_TYPE_CRC32C, over the whole header with the checksum itself as zeros.
    private static let checksumType: UInt8 = 0x03

    private static func checkValues(_ bytes: UnsafeRawBufferPointer, from start: Int) throws(Fault) {
        var position = start
        while position < bytes.count {
            guard bytes.count - position >= 3 else { throw .badTypeLengthValue }
            let length = Int(bytes[position + 1]) << 8 | Int(bytes[position + 2])
            let value = position + 3
            guard bytes.count - value >= length else { throw .badTypeLengthValue }
            if bytes[position] == checksumType {
                guard length == 4 else { throw .badTypeLengthValue }
                let expected = bytes[value..<value + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                var copy = Array(bytes)
                for index in value..<value + 4 { copy[index] = 0 }
                guard CRC32C.of(copy) == expected else { throw .badChecksum }
            }
            position = value + length
        }
    }
}

extension ProxyHeader.Fault {
    /// A stable word for logs and metrics.
    package var code: String {
        switch self {
        case .notProxy: "not_proxy"
        case .version1: "version_1"
        case .badVersion: "bad_version"
        case .badCommand: "bad_command"
        case .badFamily: "bad_family"
        case .notStream: "not_stream"
        case .tooLong: "too_long"
        case .tooShort: "too_short"
        case .badTypeLengthValue: "bad_tlv"
        case .badChecksum: "bad_checksum"
        }
    }

    package var message: String {
        switch self {
        case .notProxy:
            "this peer is set up to send a PROXY protocol header, version 2, and did not; switch it on there or take the peer out of `proxy_protocol_from`"
        case .version1: "the PROXY protocol's version 1 is not read; set the load balancer to version 2"
        case .badVersion: "the PROXY header is of an unknown version; expected 2"
        case .badCommand: "the PROXY header has an unknown command; expected LOCAL or PROXY"
        case .badFamily: "the PROXY header has an unknown address family or transport"
        case .notStream: "the PROXY header is for a transport other than TCP"
        case .tooLong: "the PROXY header is longer than \(ProxyHeader.longest) bytes; send fewer values with it"
        case .tooShort: "the PROXY header is too short for its addresses"
        case .badTypeLengthValue: "the PROXY header holds a value that runs beyond its end"
        case .badChecksum: "the PROXY header's checksum is wrong"
        }
    }
}
