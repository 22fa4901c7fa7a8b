// Proves notes, keys and checkpoints against the examples of C2SP signed-note and tlog-checkpoint, and that each rule
// about trust holds: unknown keys are ignored, a known key with a bad signature rejects, nobody known rejects.
import Bytes
import Crypto
import Testing

@testable import MerkleLog

struct NoteTests {
    static let exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let exampleNote = """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """

    @Test func exampleOfTheSpecification() throws {
        let key = try VerifierKey(Self.exampleKey)
        #expect(key.name == "example.com/foo")
        #expect(key.description == Self.exampleKey)
        let note = try SignedNote(Array(Self.exampleNote.utf8))
        #expect(note.text == "This is an example message.\n")
        #expect(try note.verify(with: [key]) == [key])
    }

    @Test func exampleCheckpoint() throws {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        let checkpoint = try Checkpoint(text: text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.text == text)
        #expect(try Checkpoint(text: text + "an extension\n") == checkpoint)
    }

    @Test(arguments: [
        "", "a\n1\n", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n18446744073709551616\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "a\n1\nAAAA\n",
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n",
    ])
    func noCheckpoint(text: String) {
        #expect(throws: MerkleLogError.self) { try Checkpoint(text: text) }
    }

    private func signer(_ name: String, _ seed: UInt8) throws -> NoteSigner {
        let seed = SecretBytes([UInt8](repeating: seed, count: 32))
        return try NoteSigner(name: name, privateKey: try Ed25519.PrivateKey(seed: seed))
    }

    @Test func signAndVerify() throws {
        let signer = try signer("log.example/a", 1)
        let text = "first\n\nthird, after a blank line\n"
        let note = try SignedNote(signer.sign(text))
        #expect(note.text == text)
        #expect(try note.verify(with: [signer.key]).count == 1)
        #expect(try VerifierKey(signer.key.description) == signer.key)
    }

    @Test func whoSigned() throws {
        let log = try signer("log.example/a", 1)
        let witness = try signer("witness.example/w", 2)
        let bytes = try log.sign("text\n")
        let second = try witness.sign("text\n")
        let lines = String(decoding: second, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let both = bytes + Array((lines[2] + "\n").utf8)
        let note = try SignedNote(both)
        #expect(note.signatures.count == 2)
        #expect(try note.verify(with: [log.key]) == [log.key])
        #expect(try note.verify(with: [witness.key]) == [witness.key])
        #expect(try note.verify(with: [log.key, witness.key]).count == 2)
        let stranger = try signer("log.example/b", 1)
        #expect(throws: MerkleLogError.unsigned) { try note.verify(with: [stranger.key]) }
        #expect(throws: MerkleLogError.unsigned) { try note.verify(with: []) }
        // The witness's line with its last byte altered: ignored by who does not know it, fatal to who does.
        var forged = note.signatures
        forged[1].signature[63] ^= 1
        let altered = SignedNote(text: note.text, signatures: forged)
        #expect(try altered.verify(with: [log.key]) == [log.key])
        #expect(throws: MerkleLogError.badSignature(keyName: "witness.example/w")) {
            try altered.verify(with: [log.key, witness.key])
        }
        // Same name, another key: another id, so it is unknown and not bad.
        let renamed = try signer("witness.example/w", 3)
        #expect(try note.verify(with: [log.key, renamed.key]) == [log.key])
        let otherText = SignedNote(text: "Text\n", signatures: note.signatures)
        #expect(throws: MerkleLogError.badSignature(keyName: "log.example/a")) { try otherText.verify(with: [log.key]) }
    }

    @Test(arguments: [
        "", "\n", "text\n", "text\n\n", "text\n— a Uw2QOkn8\n", "text\n\n- a Uw2QOkn8\n", "text\n\n— a  Uw2QOkn8\n",
        "text\n\n— Uw2QOkn8\n", "text\n\n— a+b Uw2QOkn8\n", "text\n\n— a Uw2QOg==\n", "text\n\n— a Uw2QOkn8",
        "te\txt\n\n— a Uw2QOkn8\n",
        "text\n\n— a Uw2QOkn8 \n", "text\n\n— a\u{A0}b Uw2QOkn8\n", "text\r\n\r\n— a Uw2QOkn8\r\n",
    ])
    func noNote(text: String) {
        #expect(throws: MerkleLogError.self) { try SignedNote(Array(text.utf8)) }
    }

    @Test func limits() throws {
        let line = "— a Uw2QOkn8\n"
        let most = "text\n\n" + String(repeating: line, count: SignedNote.maximumSignatures)
        #expect(try SignedNote(Array(most.utf8)).signatures.count == SignedNote.maximumSignatures)
        #expect(throws: MerkleLogError.self) { try SignedNote(Array((most + line).utf8)) }
        let tail = "\n\n" + line
        let long = String(repeating: "x", count: SignedNote.maximumLength - tail.utf8.count) + tail
        #expect(try SignedNote(Array(long.utf8)).signatures.count == 1)
        #expect(throws: MerkleLogError.self) { try SignedNote(Array(("x" + long).utf8)) }
        let invalid: [UInt8] = [0xFF, 0x0A, 0x0A] + Array(line.utf8)
        #expect(throws: MerkleLogError.self) { try SignedNote(invalid) }
    }

    @Test(arguments: [
        "", "a", "a+b", "a+530d903a+", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fooo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
    ])
    func noKey(line: String) {
        #expect(throws: MerkleLogError.self) { try VerifierKey(line) }
    }
}
