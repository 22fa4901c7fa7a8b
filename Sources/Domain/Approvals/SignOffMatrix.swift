internal import CBOR
package import Crypto
internal import Vocabulary

/// Who signs what. Has a row for every act: where a bundle says nothing, the standard one holds.
package struct SignOffMatrix: Hashable, Sendable {
    private let rows: [ActKind: SignOffRow]

    /// - Parameter rows: those that differ from the standard; of two for one act the last counts.
    package init(_ rows: [SignOffRow] = []) {
        var all: [ActKind: SignOffRow] = [:]
        for row in SignOffMatrix.standardRows + rows { all[row.act] = row }
        self.rows = all
    }

    /// What holds for a bundle without `signoffs.yaml`; `library/signoffs.yaml` says the same as a file.
    package static let standard = SignOffMatrix()

    /// Asks for the most if there were no row, which the test of the standard rows rules out.
    package func row(_ act: ActKind) -> SignOffRow { rows[act] ?? SignOffRow(act, proposes: [], signs: []) }

    /// In the order of the acts' names.
    package var all: [SignOffRow] { ActKind.allCases.sorted().map { row($0) } }

    private static let domain = Array("portcullis.signoffs.1\0".utf8)

    /// Of what it asks for, however the file spells it: a comment is no change.
    package var digest: Digest {
        let hasher = SHA256()
        hasher.update(SignOffMatrix.domain)
        hasher.update(CBOR.array(all.map(\.cbor)).encoded())
        return hasher.finish()
    }
}

extension SignOffRow {
    fileprivate var cbor: CBOR {
        let after: CBOR = if case .after(let seconds) = order { .integer(seconds) } else { .null }
        return .map([
            ("act", .text(act.rawValue)), ("proposes", SignOffRow.list(proposes)),
            ("signs", .array(signs.map { SignOffRow.list($0) })), ("proposer_signs", .bool(proposerSigns)),
            ("after_seconds", after), ("lifetime_seconds", .integer(lifetimeSeconds)),
            ("methods", .array(methods.sorted().map { .text($0.rawValue) })),
        ])
    }

    private static func list(_ functions: Set<FunctionID>) -> CBOR {
        .array(functions.sorted().map { .text($0.text) })
    }
}
