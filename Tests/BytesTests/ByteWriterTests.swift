// Proves that numbers are appended with all their digits, behind whatever stands there.
import Testing

@testable import Bytes

struct ByteWriterTests {
    @Test(arguments: [0, 7, 9, 10, 99, 100, 101, 65_535, 1_000_000, UInt64.max - 1, UInt64.max])
    func decimals(_ value: UInt64) {
        var bytes = Array("n=".utf8)
        bytes.append(decimal: value)
        bytes.append(decimal: UInt8(truncatingIfNeeded: value))
        #expect(String(decoding: bytes, as: UTF8.self) == "n=\(value)\(UInt8(truncatingIfNeeded: value))")
    }
}
