internal import HTTP

/// The chunked coding: the same body or the same fault, however the bytes arrive; what a second, simpler reading of the
/// whole text makes of it; and any body survives being written in chunks.
struct HTTPChunksTarget: FuzzTarget {
    static let name = "http-chunks"

    func run(_ input: [UInt8]) throws {
        let (header, pieces) = InputCuts.split(input, header: 4)
        let text = input.dropFirst(header.count)
        let whole = try decode([text])
        let cut = try decode(pieces)
        let bytewise = try decode(text.indices.map { text[$0...$0] })
        try promise(whole == cut && whole == bytewise, "the cuts changed a body")
        try promise(whole.body.count <= text.count, "more body than bytes")
        let reference = PlainChunks(Array(text))
        if let expected = reference.body {
            try promise(whole.hasEnded && whole.body == expected, "a good body is refused or another")
            try promise(whole.used == reference.used, "the end of the body lies elsewhere")
        } else {
            try promise(!whole.hasEnded, "a bad body is accepted")
        }
        try roundTrip(text, sizes: header)
    }

    private func roundTrip(_ body: ArraySlice<UInt8>, sizes: ArraySlice<UInt8>) throws {
        var text: [UInt8] = []
        for piece in InputCuts.split(Array(sizes + body), header: sizes.count).pieces {
            text += Array((String(piece.count, radix: 16) + "\r\n").utf8) + Array(piece) + [0x0D, 0x0A]
        }
        text += Array("0\r\n\r\n".utf8)
        let outcome = try decode([text[...]])
        try promise(
            outcome.hasEnded && outcome.body == Array(body) && outcome.used == text.count,
            "a body did not survive its chunks")
    }

    private struct Outcome: Equatable {
        var body: [UInt8] = []
        var used = 0
        var hasEnded = false
        var fault: HTTPFault?
    }

    private func decode(_ pieces: [ArraySlice<UInt8>]) throws -> Outcome {
        var decoder = ChunkDecoder()
        var outcome = Outcome()
        for piece in pieces where !outcome.hasEnded && outcome.fault == nil {
            try piece.withUnsafeBytes { bytes in try step(&decoder, bytes, &outcome) }
        }
        if outcome.fault != nil { outcome.used = 0 }
        return outcome
    }

    private func step(
        _ decoder: inout ChunkDecoder, _ bytes: UnsafeRawBufferPointer, _ outcome: inout Outcome
    ) throws {
        var position = 0
        while true {
            do {
                switch try decoder.next(bytes, &position) {
                case .data(let range):
                    outcome.body += bytes[range]
                    continue
                case .needMore: try promise(position == bytes.count, "bytes were left and more are wanted")
                case .end: outcome.hasEnded = true
                }
            } catch let fault as HTTPFault {
                outcome.fault = fault
                return
            }
            outcome.used += position
            return
        }
    }
}

/// RFC 9112 section 7.1 read over the whole text at once, with the limits of this engine.
private struct PlainChunks {
    /// Nil when the text is refused or not whole.
    private(set) var body: [UInt8]?
    private(set) var used = 0

    init(_ text: [UInt8]) {
        var rest = text[...]
        var body: [UInt8] = []
        while let line = PlainChunks.line(&rest) {
            guard let size = PlainChunks.size(line) else { return }
            if size == 0 {
                guard PlainChunks.trailer(&rest) else { return }
                self.body = body
                used = text.count - rest.count
                return
            }
            guard rest.count >= size, rest.dropFirst(size).starts(with: [0x0D, 0x0A]) else { return }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
    }

    /// Up to the first line feed, which must follow the line's only carriage return.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let feed = rest.firstIndex(of: 0x0A) else { return nil }
        let line = rest[..<feed]
        rest = rest[(feed + 1)...]
        guard line.last == 0x0D, line.firstIndex(of: 0x0D) == feed - 1 else { return nil }
        return line.dropLast()
    }

    private static func size(_ line: ArraySlice<UInt8>) -> Int? {
        let digits = line.prefix { $0 != 0x3B }
        let text = String(decoding: digits, as: UTF8.self)
        guard (1...16).contains(digits.count),
            digits.allSatisfy({ $0 < 0x80 && Character(UnicodeScalar($0)).isHexDigit }),
            let size = UInt64(text, radix: 16), size >> 63 == 0
        else { return nil }
        if digits.count < line.count {
            let text = line.dropFirst(digits.count + 1)
            guard text.count <= HeadLimits.chunkExtensionBytes, areExtensions(text) else { return nil }
        }
        return Int(clamping: size)
    }

    /// `name`, `name=token` or `name="text"`, with a semicolon between two.
    private static func areExtensions(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func token() -> Bool {
            let token = rest.prefix { isToken($0) }
            rest = rest.dropFirst(token.count)
            return !token.isEmpty
        }
        func quoted() -> Bool {
            rest = rest.dropFirst()
            while let byte = rest.popFirst() {
                if byte == 0x22 { return true }
                guard isContent(byte) else { return false }
                if byte == 0x5C, !(rest.popFirst().map { isContent($0) } ?? false) { return false }
            }
            return false
        }
        while token() {
            if rest.first == 0x3D {
                rest = rest.dropFirst()
                guard rest.first == 0x22 ? quoted() : token() else { return false }
            }
            guard rest.first == 0x3B else { return rest.isEmpty }
            rest = rest.dropFirst()
        }
        return false
    }

    private static func trailer(_ rest: inout ArraySlice<UInt8>) -> Bool {
        var length = 0
        while let line = line(&rest) {
            if line.isEmpty { return true }
            guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
                line[..<colon].allSatisfy({ isToken($0) }), line[(colon + 1)...].allSatisfy({ isContent($0) })
            else { return false }
            length += line.count + 1
            guard length <= HeadLimits.trailerBytes else { return false }
        }
        return false
    }

    private static func isContent(_ byte: UInt8) -> Bool { byte == 0x09 || byte >= 0x20 && byte != 0x7F }

    private static func isToken(_ byte: UInt8) -> Bool {
        let scalar = Character(UnicodeScalar(byte))
        return byte < 0x80 && (scalar.isLetter || scalar.isNumber || "!#$%&'*+-.^_`|~".contains(scalar))
    }
}
