package import Bytes
internal import CLinux

/// HMAC-SHA-256 (RFC 2104) under one key, reused for many messages.
///
/// Composed of OpenSSL's SHA-256, because its own MAC contexts look their digest up by name whenever one is made, and
/// the ledger uses a new key for each exchange. The vectors of RFC 4231 are among the tests.
package struct HMAC: ~Copyable {
    private let hasher = SHA256()
    /// Behind the key's block, inner and outer: two blocks less for each message.
    private let inner = SHA256()
    private let outer = SHA256()

    package init(key: SecretBytes) {
        HMAC.pad(key, 0x36, inner)
        HMAC.pad(key, 0x5C, outer)
        hasher.resume(inner)
    }

    package func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bytes) }
    package func update(_ bytes: [UInt8]) { hasher.update(bytes) }

    /// The code of everything since the last `finish`; the same key starts anew.
    package func finish() -> Digest {
        let digest = hasher.finish()
        hasher.resume(outer)
        hasher.update(digest)
        let code = hasher.finish()
        hasher.resume(inner)
        return code
    }

    package static func code(key: SecretBytes, _ message: [UInt8]) -> Digest {
        let hasher = SHA256()
        return message.span.bytes.withUnsafeBytes { code(key: key, $0, with: hasher) }
    }

    /// Without a context of its own. - Parameter hasher: started, and with nothing in it; left so.
    package static func code(
        key: SecretBytes, _ message: UnsafeRawBufferPointer, with hasher: borrowing SHA256
    ) -> Digest {
        pad(key, 0x36, hasher)
        hasher.update(message)
        return close(key, hasher)
    }

    private static func close(_ key: SecretBytes, _ hasher: borrowing SHA256) -> Digest {
        let inner = hasher.finish()
        pad(key, 0x5C, hasher)
        hasher.update(inner)
        return hasher.finish()
    }

    /// SHA-256's block: keys up to it are filled up with zeros, longer ones are hashed first.
    private static let blockLength = 64

    private static func pad(_ key: SecretBytes, _ byte: UInt8, _ hasher: borrowing SHA256) {
        withUnsafeTemporaryAllocation(byteCount: blockLength, alignment: 8) { block in
            for index in 0..<blockLength { block[index] = byte }
            key.withUnsafeBytes { key in
                if key.count <= blockLength {
                    for index in 0..<key.count { block[index] ^= key[index] }
                } else {
                    hasher.update(key)
                    hasher.finish().withUnsafeBytes { short in
                        for index in 0..<short.count { block[index] ^= short[index] }
                    }
                }
            }
            hasher.update(UnsafeRawBufferPointer(block))
            if let start = block.baseAddress { portcullis_zero(start, blockLength) }
        }
    }
}
