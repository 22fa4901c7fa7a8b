// Proves that a credential's key has one spelling, and that a key of any other kind, curve or form is refused.
import Bytes
import Crypto
import Testing

@testable import Authentication

struct COSEKeyTests {
    @Test(arguments: [SignatureAlgorithm.es256, .edDSA])
    func keysAreReadWhole(algorithm: SignatureAlgorithm) throws {
        let bytes = try TestAuthenticator(algorithm).coseKey()
        let key = try COSEKey(bytes + [0xA0, 1, 2])
        #expect(key.algorithm == algorithm)
        #expect(key.length == bytes.count)
        for count in bytes.indices {
            #expect(throws: AuthenticationError.malformed(field: "credentialPublicKey"), "cut at \(count)") {
                try COSEKey(Array(bytes[..<count]))
            }
        }
    }

    /// Changes of the ES256 key, byte by byte from its head.
    @Test(arguments: [
        (2, 3 as UInt8, AuthenticationError.unsupportedKey), (4, 0x27, .unsupportedKey), (6, 2, .unsupportedKey),
        (0, 0xA4, .unsupportedKey), (0, 0xA6, .malformed(field: "credentialPublicKey")),
        (0, 0xBF, .malformed(field: "credentialPublicKey")), (0, 0x85, .malformed(field: "credentialPublicKey")),
        (1, 3, .malformed(field: "credentialPublicKey")), (3, 1, .malformed(field: "credentialPublicKey")),
        (7, 0x20, .malformed(field: "credentialPublicKey")), (9, 31, .malformed(field: "credentialPublicKey")),
        (8, 0x78, .malformed(field: "credentialPublicKey")), (10, 0xFF, .unsupportedKey),
    ])
    func changesAreRefused(at index: Int, to byte: UInt8, fault: AuthenticationError) throws {
        var bytes = try TestAuthenticator().coseKey()
        #expect(bytes[index] != byte)
        bytes[index] = byte
        #expect(throws: fault) { try COSEKey(bytes) }
    }

    @Test func longFormsAreRefused() throws {
        var bytes = try TestAuthenticator().coseKey()
        bytes.replaceSubrange(1..<2, with: [0x18, 1])
        #expect(throws: AuthenticationError.malformed(field: "credentialPublicKey")) { try COSEKey(bytes) }
    }
}
