package import Crypto
internal import JSON

/// The claims of a token whose signature was verified (RFC 7519 section 4). Reading distinguishes a claim that is
/// absent from one of a wrong kind, which is an error: what cannot be read cannot be relied on.
package struct Claims: Sendable {
    /// The signature's; `at_hash` depends on it.
    package let algorithm: SignatureAlgorithm
    private let root: JSONValue

    init(_ payload: [UInt8], algorithm: SignatureAlgorithm) throws(JOSEError) {
        self.algorithm = algorithm
        root = try JSONObject.parse(payload, part: .payload)
    }

    package func text(_ name: StaticString) throws(JOSEError) -> String? {
        guard let value = root[name] else { return nil }
        guard let text = value.string else { throw .badMember(name: name) }
        return text
    }

    package func required(_ name: StaticString) throws(JOSEError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .badMember(name: name) }
        return text
    }

    package func boolean(_ name: StaticString) throws(JOSEError) -> Bool? {
        guard let value = root[name] else { return nil }
        guard let boolean = value.boolean else { throw .badMember(name: name) }
        return boolean
    }

    /// A NumericDate (RFC 7519 section 2), rounded down to seconds; fractions are allowed there, exponents are not
    /// written by anybody. Within the years 1970 to 9999.
    package func seconds(_ name: StaticString) throws(JOSEError) -> Int64? {
        guard let value = root[name] else { return nil }
        guard value.kind == .number else { throw .badMember(name: name) }
        let digits = value.document.bytes[value.contentRange].prefix { $0 != UInt8(ascii: ".") }
        let fraction = value.document.bytes[value.contentRange].dropFirst(digits.count).dropFirst()
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), fraction.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int64(String(decoding: digits, as: UTF8.self)), seconds <= 253_402_300_799
        else { throw .badMember(name: name) }
        return seconds
    }

    /// One text or an array of texts (RFC 7519 section 4.1.3); empty when the claim is absent.
    package func texts(_ name: StaticString) throws(JOSEError) -> [String] {
        guard let value = root[name] else { return [] }
        if let text = value.string { return [text] }
        guard value.kind == .array else { throw .badMember(name: name) }
        var texts: [String] = []
        for element in value.elements {
            guard let text = element.string, texts.count < Claims.maximumTexts else { throw .badMember(name: name) }
            texts.append(text)
        }
        return texts
    }

    /// LIMIT: values of one claim.
    private static let maximumTexts = 256
}
