package import Bytes
internal import CArgon2

/// Argon2id, version 0x13 (RFC 9106). Takes its time and its memory: not on a thread that serves others.
package enum Argon2id {
    /// - Parameters:
    ///   - secret: the key K of section 3.1, kept outside of the store, so that a stolen store cannot be guessed at.
    ///   - associated: the data X of section 3.1.
    package static func tag(
        _ password: SecretBytes, salt: [UInt8], secret: SecretBytes? = nil, associated: [UInt8] = [],
        cost: PasswordCost, length: Int
    ) throws(PasswordError) -> [UInt8] {
        guard cost.isAffordable else { throw .unaffordable }
        var tag = [UInt8](repeating: 0, count: length)
        var salt = salt
        var associated = associated
        let none = SecretBytes([])
        let code = password.withUnsafeBytes { password -> Int32 in
            (secret ?? none).withUnsafeBytes { secret -> Int32 in
                tag.withUnsafeMutableBufferPointer { tag -> Int32 in
                    salt.withUnsafeMutableBufferPointer { salt -> Int32 in
                        associated.withUnsafeMutableBufferPointer { associated -> Int32 in
                            // The library takes pointers it could write through, and writes only when a flag asks it
                            // to clear password and secret; no flag is set.
                            var context = argon2_context(
                                out: tag.baseAddress, outlen: UInt32(tag.count),
                                pwd: bytes(password), pwdlen: UInt32(password.count),
                                salt: salt.baseAddress, saltlen: UInt32(salt.count),
                                secret: bytes(secret), secretlen: UInt32(secret.count),
                                ad: associated.baseAddress, adlen: UInt32(associated.count),
                                t_cost: cost.passes, m_cost: cost.memoryKibibytes, lanes: cost.lanes,
                                threads: cost.lanes, version: UInt32(ARGON2_VERSION_13.rawValue),
                                allocate_cbk: nil, free_cbk: nil, flags: 0)
                            return argon2id_ctx(&context)
                        }
                    }
                }
            }
        }
        guard code == ARGON2_OK.rawValue else { throw .failed(code: code) }
        return tag
    }

    private static func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafeMutablePointer<UInt8>? {
        guard buffer.count > 0 else { return nil }
        return UnsafeMutablePointer(mutating: buffer.bindMemory(to: UInt8.self).baseAddress)
    }
}
