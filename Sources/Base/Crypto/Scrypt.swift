package import Bytes
internal import COpenSSL

/// scrypt (RFC 7914): a key from a passphrase, so slowly and with so much memory that guessing is dear.
package enum Scrypt {
    package struct Cost: Hashable, Sendable {
        /// A power of two.
        package var n: UInt64
        package var r: UInt64
        package var p: UInt64

        package init(n: UInt64, r: UInt64, p: UInt64) {
            self.n = n
            self.r = r
            self.p = p
        }

        /// 128 MiB and some tenths of a second a guess.
        package static let standard = Cost(n: 1 << 17, r: 8, p: 1)

        /// LIMIT: what a file from elsewhere may ask for: 1 GiB.
        package var isAffordable: Bool {
            n >= 2 && n <= 1 << 20 && n.nonzeroBitCount == 1 && (1...8).contains(r) && (1...4).contains(p)
        }
    }

    package static func key(
        passphrase: SecretBytes, salt: [UInt8], cost: Cost, length: Int
    ) throws(CryptoError) -> SecretBytes {
        var key = [UInt8](repeating: 0, count: length)
        // Twice what the algorithm needs: OpenSSL counts some of its own.
        let memory = 256 * cost.n * cost.r + (1 << 20)
        let done = passphrase.withUnsafeBytes { secret in
            EVP_PBE_scrypt(
                secret.bindMemory(to: CChar.self).baseAddress, secret.count, salt, salt.count, cost.n, cost.r, cost.p,
                memory, &key, length)
        }
        guard done == 1 else { throw .failed(operation: "scrypt") }
        return SecretBytes(taking: &key)
    }
}
