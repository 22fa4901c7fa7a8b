internal import CSimdjson

/// Finds the place of a fault for which simdjson names only the kind. Runs on refused documents only.
enum JSONFault {
    static func locate(_ code: Int32, in bytes: UnsafeRawBufferPointer) -> JSONError {
        switch code {
        case Int32(PORTCULLIS_JSON_EMPTY): JSONError(.empty, offset: 0)
        case Int32(PORTCULLIS_JSON_NOT_UTF8): JSONError(.notUTF8, offset: firstNotUTF8(bytes))
        case Int32(PORTCULLIS_JSON_OPEN_STRING), Int32(PORTCULLIS_JSON_CONTROL_CHARACTER): brokenString(bytes)
        case Int32(PORTCULLIS_JSON_TOO_MANY_INDEXES): JSONError(.tooManyValues, offset: 0)
        case Int32(PORTCULLIS_JSON_NO_MEMORY): JSONError(.noMemory, offset: 0)
        default: JSONError(.unexpected, offset: 0)
        }
    }

    private static func firstNotUTF8(_ bytes: UnsafeRawBufferPointer) -> Int {
        do {
            _ = try UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)
            return 0
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// The first unescaped control character in a string, or the quote that opens the string that never closes.
    private static func brokenString(_ bytes: UnsafeRawBufferPointer) -> JSONError {
        var opened: Int?
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if opened == nil {
                if byte == UInt8(ascii: "\"") { opened = index }
            } else if byte == UInt8(ascii: "\\") {
                index += 1
            } else if byte == UInt8(ascii: "\"") {
                opened = nil
            } else if byte < 0x20 {
                return JSONError(.controlCharacter, offset: index)
            }
            index += 1
        }
        return JSONError(.openString, offset: opened ?? 0)
    }
}
