package import Bytes
package import Vocabulary

/// What a caller presents: a key, or the session that they signed in with.
package enum BearerText: Sendable {
    case key(KeyText)
    case session(SessionText)

    package init(_ presented: SecretBytes) throws(TokenFault) {
        let isSession = presented.withUnsafeBytes { bytes in
            bytes.count > 4 && SessionKind.prefix.withUTF8Buffer { bytes.starts(with: $0) }
        }
        self = isSession ? .session(try SessionText(presented)) : .key(try KeyText(presented))
    }

    package var id: BearerID {
        switch self {
        case .key(let text): .key(text.id)
        case .session(let text): .session(text.id)
        }
    }
}

/// The public name of what was presented.
package enum BearerID: Hashable, Sendable {
    case key(KeyID)
    case session(SessionID)

    package var key: KeyID? { if case .key(let id) = self { id } else { nil } }
    package var session: SessionID? { if case .session(let id) = self { id } else { nil } }

    package var text: String {
        switch self {
        case .key(let id): id.text
        case .session(let id): id.text
        }
    }
}
