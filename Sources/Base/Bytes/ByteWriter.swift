/// Appends numbers in network byte order (big-endian).
extension [UInt8] {
    package mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Overwrites from `offset` on; the bytes must exist.
    package mutating func replace(at offset: Int, bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { source in
            for index in 0..<source.count { self[offset + index] = source[index] }
        }
    }

    package mutating func append(ascii text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(decimal value: some FixedWidthInteger & UnsignedInteger) {
        append(decimalDigits: UInt64(value))
    }

    /// Not generic: called from other modules, a generic one would go through tables for every digit.
    private mutating func append(decimalDigits value: UInt64) {
        // 2^64 has twenty digits. Filled from behind, on the stack.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var rest = value
            repeat {
                start -= 1
                digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: UnsafeMutableBufferPointer(rebasing: digits[start...]))
        }
    }

    package mutating func append(hexadecimal value: UInt64) {
        var started = false
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift) & 15)
            if digit != 0 || started || shift == 0 {
                started = true
                append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
            }
        }
    }
}
