internal import Bytes
internal import Dialects
internal import Vocabulary

@testable internal import Identity
@testable internal import Ledger

/// Keys as people present them and as files hold them: one spelling each, and a slip of the hand is always seen.
struct KeysTarget: FuzzTarget {
    static let name = "keys"

    func run(_ input: [UInt8]) throws {
        guard let kind = input.first else { return }
        let rest = Array(input.dropFirst())
        switch kind % 5 {
        case 0: try presented(rest)
        case 1: try made(rest)
        case 2: try files(rest)
        case 3: try credentials(rest)
        default: try entries(rest)
        }
    }

    // MARK: Keys of callers

    private func presented(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        if let key = try? KeyText(text) {
            try promise(key.reveal() == text, "a key has two spellings")
            try promise(text.utf8.count == KeyText.length && text.contains(key.id.text), "a key without its id")
        }
        if let reference = Reference(text) {
            // Case and leading zeros are the reader's; what it means is one thing.
            try promise(Reference(reference.description) == reference, "a reference changed in its own spelling")
        }
        if let number = Base32.decode(text) {
            try promise(Base32.decode(Base32.encode(number)) == number, "a number changed in base 32")
        }
        if let bytes = Base64.decode(text) { try promise(Base64.encode(bytes) == text, "two spellings in base64") }
        if let bytes = Base64.decodeURL(text) { try promise(Base64.encodeURL(bytes) == text, "two spellings in URLs") }
    }

    /// A key from the input's bytes is read as it is; with any character changed it is not read at all.
    private func made(_ input: [UInt8]) throws {
        guard input.count > 2, let key = KeyText(random: Array(input.dropFirst(2))) else { return }
        let text = key.reveal()
        try promise(try KeyText(text).id == key.id, "a key that was made is read as another")
        var bytes = Array(text.utf8)
        let place = Int(input[0]) % bytes.count
        guard bytes[place] != input[1] else { return }
        bytes[place] = input[1]
        try promise((try? KeyText(String(decoding: bytes, as: UTF8.self))) == nil, "a mistyped key is read")
    }

    // MARK: Header fields

    /// `authorization` and `x-api-key` from two lines: what is read is one of them, and never one of two that differ.
    private func credentials(_ input: [UInt8]) throws {
        let lines = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let values = lines.map { String(decoding: $0, as: UTF8.self) }.map { $0.isEmpty ? nil : $0 }
        let head = CredentialHead(authorization: values[0], key: values.count > 1 ? values[1] : nil)
        guard let secret = try? CallerCredential.read(head) else { return }
        let read = secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        try promise(!read.isEmpty && !read.contains(" ") || read == head.key, "a key with a blank")
        if let key = head.key, !key.isEmpty { try promise(read == key, "the other key was read") }
        if let bearer = head.authorization {
            // By bytes: what combines with the blank before it is no character of its own.
            let (all, own) = (Array(bearer.utf8), Array(read.utf8))
            let isFound = all.indices.contains { all[$0...].starts(with: own) }
            try promise(bearer.lowercased().hasPrefix("bearer") && isFound, "a key from nowhere")
        }
    }

    private struct CredentialHead: HeaderLookup {
        let authorization: String?
        let key: String?

        func value(of name: StaticString) -> String? { "\(name)" == "authorization" ? authorization : key }
        func count(of name: StaticString) -> Int { value(of: name) == nil ? 0 : 1 }
    }

    // MARK: Key files

    private func files(_ input: [UInt8]) throws {
        let text = KeysTarget.checked(input)
        if let master = try? MasterKey(file: text, path: "master.key") {
            try promise(master.fileBytes == text, "a master key's file has two spellings")
        }
        let origin = "meridian.example/ledger/gw1/hk-2026"
        if let master = try? LogKeyFile.check(text, origin: origin) {
            try promise(String(decoding: text, as: UTF8.self).contains("\nmaster: \(master)\n"), "another master key")
        }
    }

    /// Sets the check line right, so that the fuzzer gets behind it.
    private static func checked(_ input: [UInt8]) -> [UInt8] {
        let lines = input.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count > 2 else { return input }
        let body = Array(lines.dropLast(2).joined(separator: [0x0A])) + [0x0A]
        var sum: [UInt8] = []
        sum.append(bigEndian: CRC32C.of(body))
        return body + Array(("check: " + Hex.encode(sum) + "\n").utf8)
    }

    private func entries(_ input: [UInt8]) throws {
        guard input.count >= KeyFile.headerLength else { return }
        var bytes = Array(input.prefix(KeyFile.headerLength))
        bytes.replace(at: 92, bigEndian: CRC32C.of(Array(bytes[..<92])))
        if let header = KeyFile.Header(bytes) {
            try promise(header.bytes == bytes, "the header of a key file is written otherwise than it was read")
            bytes[Int(header.masterID % 96)] ^= 1
            try promise(KeyFile.Header(bytes) == nil, "a damaged header is read")
        }
        var entry = Array(input.prefix(KeyFile.entryLength))
        entry.replace(at: 52, bigEndian: CRC32C.of(Array(entry[..<52])))
        let id = entry.withUnsafeBytes { $0.load(bigEndianAt: 0, as: UInt64.self) }
        guard let wrapped = KeyFile.wrappedKey(entry, id: id) else { return }
        try promise(KeyFile.entry(id: id, wrapped: wrapped) == entry, "an entry is written otherwise than it was read")
        try promise(KeyFile.wrappedKey(entry, id: id ^ 1) == nil, "an entry is taken for another")
        entry[Int(id % 56)] ^= 1
        try promise(KeyFile.wrappedKey(entry, id: id) == nil, "a damaged entry is read")
    }
}
