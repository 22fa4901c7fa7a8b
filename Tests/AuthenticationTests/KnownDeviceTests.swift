// Proves that a device is known to the account that it signed in to, and cannot be made up.
import Bytes
import Crypto
import Testing

@testable import Authentication

struct KnownDeviceTests {
    @Test func itIsKnownToItsAccount() throws {
        let key = HMAC(key: SecretBytes([1, 2, 3]))
        let device = KnownDevice(account: "alice", random: [UInt8](repeating: 4, count: 16), key: key)
        #expect(KnownDevice(device.text, account: "alice", key: key) == device)
        #expect(KnownDevice(device.text, account: "bob", key: key) == nil)
        let other = HMAC(key: SecretBytes([1, 2, 4]))
        #expect(KnownDevice(device.text, account: "alice", key: other) == nil)
        let bytes = try #require(Base64.decodeURL(device.text))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(KnownDevice(Base64.encodeURL(changed), account: "alice", key: key) == nil)
        }
        for text in ["", "AAAA", device.text + "AAAA", device.text + "="] {
            #expect(KnownDevice(text, account: "alice", key: key) == nil)
        }
    }
}
