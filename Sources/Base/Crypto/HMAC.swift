package import Bytes
internal import COpenSSL

/// HMAC-SHA-256 (RFC 2104) under one key, reused for many messages.
package struct HMAC: ~Copyable {
    private let context: OpaquePointer

    package init(key: borrowing SecretBytes) {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil), let context = EVP_MAC_CTX_new(algorithm) else {
            preconditionFailure("OpenSSL has no HMAC: the provider configuration of this machine is broken")
        }
        EVP_MAC_free(algorithm)
        self.context = context
        // A parameter keeps the pointers it is made of, and a Swift string lends its own for one call only.
        let parameter = OSSL_MAC_PARAM_DIGEST.utf8CString
        var digest = "SHA256".utf8CString
        let started = parameter.withUnsafeBufferPointer { parameter in
            digest.withUnsafeMutableBufferPointer { digest in
                let parameters = [
                    OSSL_PARAM_construct_utf8_string(parameter.baseAddress, digest.baseAddress, 0),
                    OSSL_PARAM_construct_end(),
                ]
                return key.withUnsafeBytes { key in
                    EVP_MAC_init(context, key.bindMemory(to: UInt8.self).baseAddress, key.count, parameters)
                }
            }
        }
        precondition(started == 1, "HMAC could not be started")
    }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        precondition(EVP_MAC_update(context, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count) == 1)
    }

    package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The code of everything since the last `finish`; the same key starts anew.
    package func finish() -> Digest {
        let code = Digest { target in
            var length = 0
            precondition(EVP_MAC_final(context, target, &length, Digest.length) == 1 && length == Digest.length)
        }
        precondition(EVP_MAC_init(context, nil, 0, nil) == 1)
        return code
    }

    package static func code(key: SecretBytes, _ message: [UInt8]) -> Digest {
        let mac = HMAC(key: key)
        mac.update(message)
        return mac.finish()
    }

    deinit { EVP_MAC_CTX_free(context) }
}
