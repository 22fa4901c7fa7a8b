// Proves that a reference is read as it was written, whatever case a person types it in, and that nothing else is.
import Ledger
import LedgerTestKit
import Testing
import Vocabulary

struct ReferenceTests {
    private static let reference = TestLog.identity.reference(to: 1_234_567)

    @Test func readsItsOwnSpelling() throws {
        let text = Self.reference.description
        #expect(Reference(text) == Self.reference)
        #expect(Reference(text.lowercased()) == Self.reference)
        #expect(Reference(text.uppercased()) == Self.reference)
    }

    /// The check covers the number, so `0370` would be another spelling of the year 370, with a check of its own.
    @Test(arguments: ["0370", "+370", "-370", "2O26", "202", "20260", " 026"])
    func aYearIsWrittenOneWay(year: String) {
        for check in 0..<1024 {
            let text = "D-gw1-hk-\(year)-1-" + Self.checkText(UInt64(check))
            #expect(Reference(text) == nil, "\(text)")
        }
    }

    @Test func aSlipIsSeen() {
        let text = Array(Self.reference.description.utf8)
        for index in text.indices.dropFirst(2) {
            var slip = text
            slip[index] = slip[index] == 0x37 ? 0x38 : 0x37
            guard slip != text else { continue }
            #expect(Reference(String(decoding: slip, as: UTF8.self)) != Self.reference)
        }
    }

    private static func checkText(_ number: UInt64) -> String {
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return String([digits[Int(number / 32)], digits[Int(number % 32)]])
    }
}
