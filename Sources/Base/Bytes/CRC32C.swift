internal import CLinux

/// CRC-32C (Castagnoli polynomial 0x1EDC6F41, reflected; RFC 3720 appendix B.4). Finds torn and rotten bytes;
/// promises nothing against an adversary.
package struct CRC32C: Sendable {
    package private(set) var value: UInt32 = 0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        value = portcullis_crc32c(value, start, bytes.count)
    }

    package static func of(_ bytes: [UInt8]) -> UInt32 { bytes.span.bytes.withUnsafeBytes { of($0) } }

    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var checksum = CRC32C()
        checksum.update(bytes)
        return checksum.value
    }
}
