package import Bytes
internal import Crypto
internal import JSON
package import Vocabulary

/// A notice as a webhook gets it: a JSON object, and beside it a signature over time and body.
///
///     portcullis-signature: t=1781740800,v1=<HMAC-SHA-256 in hexadecimal over "1781740800.<body>">
///     idempotency-key: <the notice's id>
///
/// A receiver computes the same with the secret, compares in constant time, and refuses a time that lies far off.
package enum WebhookMessage {
    package static func body(_ notice: Notice, installation: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("id", notice.id)
            object.member("at", notice.at.description)
            object.member("installation", installation)
            object.member("kind", notice.kind.rawValue)
            object.member("name", notice.name)
            object.member("actor", notice.actor)
            object.member(
                "subjects",
                array: { list in
                    for (name, value) in notice.subjects {
                        list.object { entry in
                            entry.member("name", name)
                            entry.member("value", value)
                        }
                    }
                })
        }
        return writer.bytes
    }

    package static func signature(of body: [UInt8], secret: SecretBytes, at: Instant) -> String {
        let code = HMAC.code(key: secret, Array("\(at.seconds).".utf8) + body)
        return "t=\(at.seconds),v1=\(Hex.encode(code.bytes))"
    }
}
