internal import HTTP

/// A header that carries a vendor key.
enum KeyHeader: Sendable {
    case bearer
    case xAPIKey
    case apiKey

    /// The key in the request's header of this kind; nil without one. A header given twice carries none.
    func key(in fields: HeaderFields) -> String? {
        switch self {
        case .xAPIKey: fields.count(of: "x-api-key") == 1 ? fields.value(of: "x-api-key") : nil
        case .apiKey: fields.count(of: "api-key") == 1 ? fields.value(of: "api-key") : nil
        case .bearer:
            fields.count(of: "authorization") == 1
                ? KeyHeader.bearerToken(fields.value(of: "authorization") ?? "") : nil
        }
    }

    /// RFC 6750 section 2.1; the scheme's name is compared without regard to case (RFC 9110 section 11.1).
    private static func bearerToken(_ value: String) -> String? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
