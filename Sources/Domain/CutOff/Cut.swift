internal import Bytes
package import Vocabulary

/// An order to stop: one person gives it, it holds at once, and no bundle, activation or clock takes it back.
package struct Cut: Hashable, Sendable {
    /// LIMIT: bytes of a reason: 2,000 characters of any script.
    package static let maximumReason = 8000

    package let id: CutID
    package let scope: CutScope
    /// Shown to everybody whom it stops.
    package let reason: String
    package let basis: CutBasis
    package let orderedBy: Orderer
    package let at: Instant

    package init(
        id: CutID, scope: CutScope, reason: String, basis: CutBasis, orderedBy: Orderer, at: Instant
    ) throws(CutOffError) {
        guard !scope.isEmpty else { throw .emptyScope }
        guard !reason.utf8.isEmpty, !reason.utf8.allSatisfy({ $0 <= 0x20 }) else { throw .noReason }
        guard reason.utf8.count <= Cut.maximumReason else {
            throw .reasonTooLong(bytes: reason.utf8.count, limit: Cut.maximumReason)
        }
        self.id = id
        self.scope = scope
        self.reason = reason
        self.basis = basis
        self.orderedBy = orderedBy
        self.at = at
    }

    /// What Policy needs of it.
    package var active: ActiveCut {
        ActiveCut(
            id: id, scope: scope, since: at, reason: reason,
            authority: Authority(kind: basis.kind, instrument: basis.fileName, clause: nil))
    }
}

/// Who gave the order: a person, or a process on this machine that acts for the one who is logged in there.
package enum Orderer: Hashable, Sendable {
    case person(PersonID)
    /// The user id that the kernel reports for the peer of the Unix socket.
    case peer(uid: UInt32)
}

/// The paper that the order rests on, kept by its digest.
package struct CutBasis: Hashable, Sendable {
    package let kind: Authority.Kind
    package let fileName: String
    /// SHA-256 of the file.
    package let digest: [UInt8]
    package let length: UInt64

    /// The digest in hexadecimal.
    package var hexadecimal: String { Hex.encode(digest) }

    /// LIMIT: bytes of a file's name: 255 characters of any script.
    static let maximumFileName = 1020

    /// - Parameter kind: what sort of paper it is; a law or an order makes the refusals 451.
    package init(
        kind: Authority.Kind = .precaution, fileName: String, digest: [UInt8], length: UInt64
    ) throws(CutOffError) {
        guard !fileName.isEmpty, fileName.utf8.count <= CutBasis.maximumFileName,
            !fileName.utf8.contains(where: { $0 < 0x20 || $0 == 0x2F })
        else { throw .badFileName }
        guard digest.count == 32 else { throw .badDigest(bytes: digest.count) }
        self.kind = kind
        self.fileName = fileName
        self.digest = digest
        self.length = length
    }
}
