package import Crypto
package import Vocabulary

/// One act with everything that it does: what people sign is this and nothing else.
///
/// Its content is deterministic CBOR of texts, numbers and lists only (digests in hexadecimal, times in RFC 3339), so
/// that what a signer is shown as JSON is what is digested, field for field.
package enum Act: Hashable, Sendable {
    case orderCut(OrderedCut)
    case reopenCut(OrderedCut)
    case breakGlass(BreakGlass)
    case activateBundle(BundleChange)
    case changeSigners(SignersChange)
    case placeHold(Hold)
    case releaseHold(Hold)
    case dispose(Disposal)
    case export(Export)
    case exception(Lifting)
    case readContent(Reading)
    case unpseudonymise(Reading)
    case resetCredential(CredentialReset)
    case loosenDetection(DetectionChange)
    case changeSupervision(SettingsChange)

    /// The name that the content is encoded under; one for each case.
    package var name: ActKind {
        switch self {
        case .orderCut: .orderCut
        case .reopenCut: .reopenCut
        case .breakGlass: .breakGlass
        case .activateBundle: .activateBundle
        case .changeSigners: .changeSigners
        case .placeHold: .placeHold
        case .releaseHold: .releaseHold
        case .dispose: .dispose
        case .export: .export
        case .exception: .exception
        case .readContent: .readContent
        case .unpseudonymise: .unpseudonymise
        case .resetCredential: .resetCredential
        case .loosenDetection: .loosenDetection
        case .changeSupervision: .changeSupervision
        }
    }

    /// The rows of the matrix that must all be met. Never empty; the first is what the act is called.
    /// - Parameter proof: of another change it counts for nothing.
    package func kinds(_ proof: Proof? = nil) -> [ActKind] {
        guard case .activateBundle(let change) = self else { return [name] }
        if change.changesMatrix { return [.activateBundle, .changeMatrix] }
        return proof?.covers(change) == true ? [.tightenBundle] : [.activateBundle]
    }

    /// Who gains by it, or whom it is about: their own signature does not count.
    package var concerned: Set<PersonID> {
        switch self {
        case .breakGlass(let content): Set(content.persons)
        case .changeSigners(let content): [content.person]
        case .exception(let content): Set(content.persons)
        case .readContent(let content), .unpseudonymise(let content): Set([content.subject].compactMap { $0 })
        case .resetCredential(let content): [content.person]
        case .orderCut, .reopenCut, .activateBundle, .placeHold, .releaseHold, .dispose, .export, .loosenDetection,
            .changeSupervision:
            []
        }
    }

    /// The legal entities that it touches: a function that was delegated for one of them counts only where it was
    /// delegated for all. Empty: the whole firm.
    package var entities: Set<EntityID> {
        switch self {
        case .changeSigners(let content): Set([content.entity].compactMap { $0 })
        case .exception(let content): Set(content.entities)
        case .export(let content): Set([content.entity].compactMap { $0 })
        case .readContent(let content), .unpseudonymise(let content): Set([content.entity].compactMap { $0 })
        case .orderCut, .reopenCut, .breakGlass, .activateBundle, .placeHold, .releaseHold, .dispose,
            .resetCredential, .loosenDetection, .changeSupervision:
            []
        }
    }

    /// When what it opens closes by itself, and how long that may be after the proposal.
    var ends: (at: Instant, withinSeconds: Int64)? {
        switch self {
        case .exception(let content): (content.until, Lifting.longestSeconds)
        case .breakGlass(let content): (content.until, BreakGlass.longestSeconds)
        default: nil
        }
    }

    /// The domain of the digest: no other digest of the product is of bytes that begin like this.
    private static let domain = Array("portcullis.act.1\0".utf8)

    /// SHA-256 (FIPS 180-4) of the domain and the encoded act. Two acts that differ in anything differ here: the
    /// encoding is deterministic and reads back as one act only.
    package var digest: Digest {
        let hasher = SHA256()
        hasher.update(Act.domain)
        hasher.update(encoded)
        return hasher.finish()
    }
}
