/// Takes the chunked transfer coding off a body (RFC 9112 section 7.1), piece by piece and without copying. Strict: hex
/// digits only in a size, CR LF only as line end, extensions and trailers well-formed, bounded and thrown away.
package struct ChunkDecoder: Sendable {
    package enum Step: Equatable, Sendable {
        /// Body bytes: a range of the input given.
        case data(Range<Int>)
        /// The last chunk and its trailer are through.
        case end
        case needMore
    }

    private enum State {
        case size(digits: Int, value: UInt64)
        case `extension`(value: UInt64, length: Int, part: ExtensionPart)
        case sizeLineFeed(value: UInt64)
        case data(left: UInt64)
        case dataCarriageReturn
        case dataLineFeed
        case trailerLineStart(length: Int)
        case trailerLine(length: Int, inValue: Bool)
        case trailerLineFeed(length: Int)
        case finalLineFeed
        case done
    }

    /// Of `;name`, `;name=token` and `;name="text"` (RFC 9112 section 7.1.1), without white space.
    private enum ExtensionPart {
        case nameStart
        case name
        case valueStart
        case token
        case quoted
        case quotedPair
        case quotedEnd

        /// What may follow with the bytes so far: another extension or the end of the line.
        var isWhole: Bool { self == .name || self == .token || self == .quotedEnd }

        /// The part after `byte`; nil where it may not stand.
        func next(_ byte: UInt8) -> ExtensionPart? {
            switch (self, byte) {
            case (.name, 0x3B), (.token, 0x3B), (.quotedEnd, 0x3B): .nameStart
            case (.name, 0x3D): .valueStart
            case (.valueStart, 0x22): .quoted
            case (.quoted, 0x22): .quotedEnd
            case (.quoted, 0x5C): .quotedPair
            case (.quoted, _), (.quotedPair, _): ByteClass.isFieldContent(byte) ? .quoted : nil
            case (.nameStart, _), (.name, _): ByteClass.isToken(byte) ? .name : nil
            case (.valueStart, _), (.token, _): ByteClass.isToken(byte) ? .token : nil
            case (.quotedEnd, _): nil
            }
        }
    }

    private var state = State.size(digits: 0, value: 0)

    package init() {}

    /// Reads on from `position`, which moves behind what was read. Call until `.needMore` or `.end`.
    package mutating func next(
        _ input: UnsafeRawBufferPointer, _ position: inout Int
    ) throws(HTTPFault) -> Step {
        while position < input.count {
            if case .data(let left) = state {
                let length = Int(min(left, UInt64(input.count - position)))
                let range = position..<position + length
                position += length
                state = UInt64(length) == left ? .dataCarriageReturn : .data(left: left - UInt64(length))
                return .data(range)
            }
            if case .done = state { return .end }
            try take(input[position])
            position += 1
        }
        if case .done = state { return .end }
        return .needMore
    }

    private mutating func take(_ byte: UInt8) throws(HTTPFault) {
        switch state {
        case .size(let digits, let value): try takeSize(byte, digits, value)
        case .extension(let value, let length, let part):
            if byte == 0x0D, part.isWhole {
                state = .sizeLineFeed(value: value)
            } else {
                guard length < HeadLimits.chunkExtensionBytes, let next = part.next(byte) else { throw .malformedChunk }
                state = .extension(value: value, length: length + 1, part: next)
            }
        case .sizeLineFeed(let value):
            guard byte == 0x0A else { throw .malformedChunk }
            state = value == 0 ? .trailerLineStart(length: 0) : .data(left: value)
        case .dataCarriageReturn:
            guard byte == 0x0D else { throw .malformedChunk }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { throw .malformedChunk }
            state = .size(digits: 0, value: 0)
        case .trailerLineStart(let length):
            if byte == 0x0D {
                state = .finalLineFeed
            } else {
                guard ByteClass.isToken(byte) else { throw .malformedTrailer }
                state = .trailerLine(length: length + 1, inValue: false)
            }
        case .trailerLine(let length, let inValue): try takeTrailer(byte, length, inValue)
        case .trailerLineFeed(let length):
            guard byte == 0x0A else { throw .malformedTrailer }
            state = .trailerLineStart(length: length)
        case .finalLineFeed:
            guard byte == 0x0A else { throw .malformedTrailer }
            state = .done
        case .data, .done: preconditionFailure("the caller handles these states")
        }
    }

    private mutating func takeSize(_ byte: UInt8, _ digits: Int, _ value: UInt64) throws(HTTPFault) {
        if let digit = hexadecimal(byte) {
            guard digits < 16, value >> 59 == 0 else { throw .malformedChunk }
            state = .size(digits: digits + 1, value: value << 4 | UInt64(digit))
            return
        }
        guard digits > 0 else { throw .malformedChunk }
        switch byte {
        case 0x0D: state = .sizeLineFeed(value: value)
        case 0x3B: state = .extension(value: value, length: 0, part: .nameStart)
        default: throw .malformedChunk
        }
    }

    private mutating func takeTrailer(_ byte: UInt8, _ length: Int, _ inValue: Bool) throws(HTTPFault) {
        guard length < HeadLimits.trailerBytes else { throw .malformedTrailer }
        if inValue {
            if byte == 0x0D {
                state = .trailerLineFeed(length: length + 1)
            } else {
                guard ByteClass.isFieldContent(byte) else { throw .malformedTrailer }
                state = .trailerLine(length: length + 1, inValue: true)
            }
        } else {
            guard byte == 0x3A || ByteClass.isToken(byte) else { throw .malformedTrailer }
            state = .trailerLine(length: length + 1, inValue: byte == 0x3A)
        }
    }

    private func hexadecimal(_ byte: UInt8) -> UInt8? {
        if ByteClass.isDigit(byte) { return byte - 0x30 }
        let letter = ByteClass.lowercase(byte)
        return (0x61...0x66).contains(letter) ? letter - 0x61 + 10 : nil
    }
}
