internal import Bytes
package import Crypto

/// Proof that a browser has signed in to an account before, kept in a cookie of a year. Not a credential: it opens
/// nothing, and only keeps its holder out of the queue behind those who guess (`SignInThrottle`).
///
///     base64url( device 16 bytes ‖ HMAC-SHA-256( "portcullis device" ‖ device ‖ account ) )
package struct KnownDevice: Equatable, Sendable {
    /// The name under which its attempts are counted.
    package let name: String
    package let text: String

    package static let randomLength = 16

    /// After a sign-in that succeeded. - Parameter random: 16 fresh random bytes.
    package init(account: String, random: [UInt8], key: borrowing HMAC) {
        precondition(random.count == KnownDevice.randomLength, "a device takes 16 random bytes")
        name = Hex.encode(random)
        text = Base64.encodeURL(random + KnownDevice.code(random, account, key).bytes)
    }

    /// Nil for anything that was not made here for this account.
    package init?(_ text: String, account: String, key: borrowing HMAC) {
        guard text.utf8.count <= 64, let bytes = Base64.decodeURL(text), bytes.count == 48,
            let code = Digest(Array(bytes[16...]))
        else { return nil }
        let device = Array(bytes[..<16])
        guard Digest.equalInConstantTime(code, KnownDevice.code(device, account, key)) else { return nil }
        name = Hex.encode(device)
        self.text = text
    }

    private static func code(_ device: [UInt8], _ account: String, _ key: borrowing HMAC) -> Digest {
        key.update(Array("portcullis device".utf8) + device + Array(account.utf8))
        return key.finish()
    }
}
