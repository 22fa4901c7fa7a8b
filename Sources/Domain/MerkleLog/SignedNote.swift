internal import Bytes
internal import Crypto

/// A text and its signature lines (C2SP signed-note). Parsing proves nothing; `verify` does.
package struct SignedNote: Equatable, Sendable {
    package struct Signature: Equatable, Sendable {
        package var keyName: String
        package var keyID: UInt32
        package var signature: [UInt8]
    }

    /// LIMIT: a note is at most this long; the specification asks for room for 16 signatures of 5 kB.
    package static let maximumLength = 131_072
    /// LIMIT: and has at most this many signatures.
    package static let maximumSignatures = 64

    /// Ends with a line feed.
    package let text: String
    package let signatures: [Signature]
}

extension SignedNote {
    private static let dash = Array("— ".utf8)

    package init(_ bytes: [UInt8]) throws(MerkleLogError) {
        guard bytes.count <= SignedNote.maximumLength else { throw .notANote(problem: "it is longer than 128 KiB") }
        guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x0A }) else {
            throw .notANote(problem: "it contains control characters")
        }
        guard bytes.last == 0x0A, let blank = SignedNote.lastBlankLine(bytes) else {
            throw .notANote(problem: "a blank line must stand between the text and the signatures")
        }
        guard let text = String(validating: bytes[...blank], as: UTF8.self) else {
            throw .notANote(problem: "the text is not valid UTF-8")
        }
        var signatures: [Signature] = []
        for line in bytes[(blank + 2)..<(bytes.count - 1)].split(separator: 0x0A, omittingEmptySubsequences: false) {
            signatures.append(try SignedNote.signature(line))
        }
        guard !signatures.isEmpty, signatures.count <= SignedNote.maximumSignatures else {
            throw .notANote(problem: "it needs between 1 and 64 signature lines")
        }
        self.init(text: text, signatures: signatures)
    }

    /// The keys whose signatures are good. A signature by a key that is not in `keys` is ignored; one that names a
    /// key in `keys` and is not its own rejects the note.
    package func verify(with keys: [VerifierKey]) throws(MerkleLogError) -> [VerifierKey] {
        var good: [VerifierKey] = []
        for signature in signatures {
            guard let key = keys.first(where: { $0.name == signature.keyName && $0.id == signature.keyID }) else {
                continue
            }
            guard Ed25519.verify(signature.signature, over: Array(text.utf8), publicKey: key.publicKey) else {
                throw .badSignature(keyName: key.name)
            }
            good.append(key)
        }
        guard !good.isEmpty else { throw .unsigned }
        return good
    }

    /// Index of the line feed that ends the text; the blank line is the next byte. The text may hold blank lines
    /// itself.
    private static func lastBlankLine(_ bytes: [UInt8]) -> Int? {
        var index = bytes.count - 2
        while index > 0 {
            if bytes[index] == 0x0A, bytes[index - 1] == 0x0A { return index - 1 }
            index -= 1
        }
        return nil
    }

    private static func signature(_ line: ArraySlice<UInt8>) throws(MerkleLogError) -> Signature {
        guard line.starts(with: dash), let line = String(validating: line.dropFirst(dash.count), as: UTF8.self) else {
            throw .notANote(problem: "a signature line begins with an em dash and a space")
        }
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, VerifierKey.isName(String(parts[0])), let bytes = Base64.decode(String(parts[1])),
            bytes.count > 4
        else { throw .notANote(problem: "a signature line is a name and more than four bytes in base64") }
        let id = bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Signature(keyName: String(parts[0]), keyID: id, signature: Array(bytes[4...]))
    }
}
