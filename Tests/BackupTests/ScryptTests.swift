// Proves that the key of a passphrase is that of RFC 7914, section 12.
import Bytes
import Crypto
import Testing

struct ScryptTests {
    @Test(arguments: [
        (
            "password", "NaCl", Scrypt.Cost(n: 1024, r: 8, p: 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", Scrypt.Cost(n: 16384, r: 8, p: 1),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func publishedVectors(passphrase: String, salt: String, cost: Scrypt.Cost, key: String) throws {
        let made = try Scrypt.key(
            passphrase: SecretBytes(Array(passphrase.utf8)), salt: Array(salt.utf8), cost: cost, length: 64)
        #expect(made.withUnsafeBytes { Hex.encode(Array($0)) } == key)
    }

    @Test func aFileCannotAskForAllMemory() {
        #expect(Scrypt.Cost.standard.isAffordable)
        #expect(!Scrypt.Cost(n: 1 << 21, r: 8, p: 1).isAffordable)
        #expect(!Scrypt.Cost(n: 1000, r: 8, p: 1).isAffordable)
        #expect(!Scrypt.Cost(n: 1024, r: 64, p: 1).isAffordable)
    }
}
