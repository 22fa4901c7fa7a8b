/// Numbers by RFC 8259 section 6, limited to what every reader understands the same.
enum JSONNumber {
    /// Nil when `text` is a number that fits: an integer 64 bits, with or without sign; anything else a finite double.
    static func fault(in text: UnsafeRawBufferPointer) -> JSONError.Fault? {
        var index = text[0] == UInt8(ascii: "-") ? 1 : 0
        let firstDigit = index
        index = endOfDigits(text, index)
        guard index > firstDigit else { return .badNumber }
        if text[firstDigit] == UInt8(ascii: "0"), index > firstDigit + 1 { return .badNumber }
        if index == text.count { return integerFits(text) ? nil : .numberTooLarge }
        if text[index] == UInt8(ascii: ".") {
            let fraction = index + 1
            index = endOfDigits(text, fraction)
            guard index > fraction else { return .badNumber }
        }
        if index < text.count, text[index] == UInt8(ascii: "e") || text[index] == UInt8(ascii: "E") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            let exponent = index
            index = endOfDigits(text, exponent)
            guard index > exponent else { return .badNumber }
        }
        guard index == text.count else { return .badNumber }
        return isFinite(text) ? nil : .numberTooLarge
    }

    /// The value of an integer without fraction or exponent; nil beyond Int64.
    static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = text.count > 1 && text[0] == UInt8(ascii: "-")
        guard let magnitude = magnitude(text, from: isNegative ? 1 : 0) else { return nil }
        if isNegative { return magnitude == 1 << 63 ? Int64.min : Int64(exactly: magnitude).map { -$0 } }
        return Int64(exactly: magnitude)
    }

    private static func integerFits(_ text: UnsafeRawBufferPointer) -> Bool {
        let isNegative = text[0] == UInt8(ascii: "-")
        guard let magnitude = magnitude(text, from: isNegative ? 1 : 0) else { return false }
        return !isNegative || magnitude <= 1 << 63
    }

    /// Nil for anything but digits and for a value beyond 64 bits.
    private static func magnitude(_ text: UnsafeRawBufferPointer, from start: Int) -> UInt64? {
        guard start < text.count else { return nil }
        var value: UInt64 = 0
        for byte in text[start...] {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, overAgain) = tens.addingReportingOverflow(UInt64(byte - 0x30))
            guard !over, !overAgain else { return nil }
            value = sum
        }
        return value
    }

    private static func isFinite(_ text: UnsafeRawBufferPointer) -> Bool {
        // Short numbers without an exponent cannot overflow; the exact reading costs an allocation.
        let hasExponent = text.contains { $0 | 0x20 == UInt8(ascii: "e") }
        guard hasExponent || text.count > 300 else { return true }
        return Double(String(decoding: text, as: UTF8.self))?.isFinite ?? false
    }

    private static func endOfDigits(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var index = start
        while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
        return index
    }
}
