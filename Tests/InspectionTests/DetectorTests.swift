// Proves each detector on the vectors of its row: what it must find, what it must leave, and how sure it is.
import Testing

@testable import Inspection

struct DetectorTests {
    @Test(arguments: [
        "4798643261622430", "2398 7552 9841 4017", "6225536706509885770", "4798-6432-6162-2430", "4798.6432.6162.2430",
        "4798 6432\n6162 2430", "4798  6432  6162  2430", "4798 - 6432 - 6162 - 2430", "3714 963539 84371",
        "4798    6432    6162    2430", "4798_6432_6162_2430", "4798|6432|6162|2430", "4798 | 6432 | 6162 | 2430",
        "4798,6432,6162,2430", "4798, 6432, 6162, 2430", "4798+6432+6162+2430", "4539578763621486",
    ])
    func cards(number: String) {
        for text in [number, "pay with \(number).", "(\(number))", "號碼\(number)請付款", "a,\(number),b"] {
            #expect(acted(text) == [number], "\(text)")
        }
    }

    @Test(arguments: [
        "4798643261622431", "357646509708417", "1789282212391717", "0000000000000000", "4444444444444444",
        "ORD4798643261622430", "0x4798643261622430", "9f4798643261622430ab", "4798643261622430a7",
        "/v/x4798643261622430", "47986432616224300", "0.4798643261622430", "1.4798643261622430",
        "4798643261622430.55", "4798 6432 6162 24301", "479864326162243", "10479864326162243",
        "4798 6432-6162 2430", "4798     6432     6162     2430", "4798,6432,6162,2430,1000",
        "1000,4798,6432,6162,2430", "7 | 4798 | 6432 | 6162 | 2430", "4798|6432,6162|2430",
    ])
    func notCards(text: String) {
        #expect(acted(text).isEmpty)
        #expect(acted("號碼\(text)請").isEmpty)
    }

    @Test(arguments: [
        ("4798643261622430", "card possible"), ("4798 6432 6162 2430", "card likely"),
        ("card no. 4798643261622430", "card certain"), ("信用卡4798643261622430", "card certain"),
        ("4798643261622430 exp 04/29 CVV 123", "card certain"), ("company 4798643261622430", "card possible"),
        ("order 4798643261622430", "card weak"), ("IMEI: 4798643261622430", "card weak"),
        ("https://x.example/v/4798643261622430", "card weak"), ("id=4798643261622430", "card weak"),
        ("order 17, card 4798643261622430", "card certain"), ("order 4798 6432 6162 2430", "card weak"),
        ("https://x.example/pay?card=4798643261622430", "card certain"),
        ("x4798643261622430", "card possible"), ("4798643261622430y", "card possible"),
        ("x4798643261622430y", "card possible"), ("visa4798643261622430", "card certain"),
        ("order4798643261622430", "card weak"), ("ORD4798643261622430", "card weak"),
        ("9f4798643261622430ab", "card weak"), ("card 9f4798643261622430ab", "card possible"),
        ("card 1000,4798,6432,6162,2430", "card likely"), ("v/x4798643261622430", "card weak"),
        ("4111 1111 1111 1111", "card likely sample"), ("card 5555555555554444", "card certain sample"),
    ])
    func confidenceOfCards(text: String, expected: String) {
        #expect(found(text).count == 1)
        #expect(found(text).first?.hasPrefix(expected + " ") == true, "\(found(text))")
    }

    @Test func lettersThatTouchANumberDoNotHideIt() {
        for number in ["4798643261622430", "4798 6432 6162 2430"] {
            for text in ["x\(number)", "\(number)x", "x\(number)y", "no\(number)is", "X\(number)", "Ｘ\(number)é"] {
                #expect(acted(text) == [number], "\(text)")
            }
        }
    }

    @Test(arguments: ["479 8643 2616 22430", "4 7 9 8 6 4 3 2 6 1 6 2 2 4 3 0", "479864 3261 622430", "501800000009"])
    func oddFormsCountBesideWordsOnly(number: String) {
        #expect(acted(number).isEmpty)
        #expect(acted("my Visa: " + number) == [number])
    }

    @Test func wordsCountWithinTheirReachOnly() {
        let number = "4798643261622430"
        let near = "card" + String(repeating: "中", count: 95) + " " + number
        let far = "card" + String(repeating: "中", count: 101) + " " + number
        #expect(found(near) == ["card certain " + number])
        #expect(found(far) == ["card possible " + number])
    }

    @Test(arguments: [
        "GB41 MIDL 0297 5671 7951 40", "GB41MIDL02975671795140", "DE22830689997598506774", "AE290492943242920896772",
        "DE22 8306 8999 7598 5067 74", "DE22-8306-8999-7598-5067-74", "de22830689997598506774",
        "GB41M IDL0 2975 6717 9514 0", "GB 41 MIDL 0297 5671 7951 40",
    ])
    func ibans(number: String) {
        for text in [number, "to \(number), today", "帳號\(number)匯款", "\(number) and more words", "(\(number))"] {
            #expect(acted(text) == [number], "\(text)")
        }
    }

    @Test(arguments: [
        "GB41IMDL02975671795140", "DE22830689997598506747", "ZZ22830689997598506774", "DE2283068999759850677",
        "DE228306899975985067744", "XDE22830689997598506774", "DE22 8306 8999 7598 5067 7", "GB41MIDL0297567179514A",
        "DE22830689997598506774x", "US22830689997598506774",
    ])
    func notIBANs(text: String) {
        #expect(found(text).filter { $0.hasPrefix("iban") }.isEmpty)
    }

    @Test func confidenceOfIBANs() {
        #expect(found("DE22830689997598506774") == ["iban certain DE22830689997598506774"])
        #expect(found("de22830689997598506774") == ["iban likely de22830689997598506774"])
        #expect(found("GB82 WEST 1234 5698 7654 32") == ["iban certain sample GB82 WEST 1234 5698 7654 32"])
        #expect(acted("GB82WEST12345698765432").isEmpty)
    }

    /// The registry's own example of each structure: https://www.swift.com/standards/data-standards/iban
    @Test(arguments: [
        "AD1200012030200359100100", "AE070331234567890123456", "AL47212110090000000235698741", "AT611904300234573201",
        "AZ21NABZ00000000137010001944", "BA391290079401028494", "BE68539007547034", "BG80BNBG96611020345678",
        "BH67BMAG00001299123456", "BR1800360305000010009795493C1", "BY13NBRB3600900000002Z00AB00",
        "CH9300762011623852957", "CR05015202001026284066", "CY17002001280000001200527600",
        "CZ6508000000192000145399", "DE89370400440532013000", "DK5000400440116243", "DO28BAGR00000001212453611324",
        "EE382200221020145685", "EG380019000500000000263180002", "ES9121000418450200051332", "FI2112345600000785",
        "FO6264600001631634", "FR1420041010050500013M02606", "GB29NWBK60161331926819", "GE29NB0000000101904917",
        "GI75NWBK000000007099453", "GL8964710001000206", "GR1601101250000000012300695",
        "GT82TRAJ01020000001210029690", "HR1210010051863000160", "HU42117730161111101800000000",
        "IE29AIBK93115212345678", "IL620108000000099999999", "IQ98NBIQ850123456789012",
        "IS140159260076545510730339", "IT60X0542811101000000123456", "JO94CBJO0010000000000131000302",
        "KW81CBKU0000000000001234560101", "KZ86125KZT5004100100", "LB62099900000001001901229114",
        "LC55HEMM000100010012001200023015", "LI21088100002324013AA", "LT121000011101001000",
        "LU280019400644750000", "LV80BANK0000435195001", "MC5811222000010123456789030",
        "MD24AG000225100013104168", "ME25505000012345678951", "MK07250120000058984", "MR1300020001010000123456753",
        "MT84MALT011000012345MTLCAST001S", "MU17BOMM0101101030300200000MUR", "NL91ABNA0417164300",
        "NO9386011117947", "PK36SCBL0000001123456702", "PL61109010140000071219812874",
        "PS92PALS000000000400123456702", "PT50000201231234567890154", "QA58DOHB00001234567890ABCDEFG",
        "RO49AAAA1B31007593840000", "RS35260005601001611379", "SA0380000000608010167519",
        "SC18SSCB11010000000000001497USD", "SE4550000000058398257466", "SI56263300012039086",
        "SK3112000000198742637541", "SM86U0322509800000000270100", "ST68000100010051845310112",
        "SV62CENR00000000000000700025", "TL380080012345678910157", "TN5910006035183598478831",
        "TR330006100519786457841326", "UA213223130000026007233566001", "VA59001123000012345678",
        "VG96VPVG0000012345678901", "XK051212012345678906",
    ])
    func registry(number: String) {
        #expect(found(number).count == 1)
        #expect(found(number).first?.hasPrefix("iban certain ") == true)
    }

    @Test(arguments: [
        "A443033(9)", "WX442566(7)", "K961091(A)", "A443033[9]", "A443033 (9)", "A 443033(9)", "A443033（9）",
        "Ａ４４３０３３（９）",
    ])
    func identityCards(number: String) {
        for text in [number, "holder \(number).", "陳大文\(number)住址", "(\(number))"] {
            #expect(acted(text) == [number], "\(text)")
        }
    }

    @Test(arguments: [
        "A443033(8)", "K961091(B)", "Y2191774X", "A1234567", "ABC443033(9)", "xA443033(9)", "A443033(9", "A443033[9)",
        "A44303(9)", "A4430339", "CX442566",
    ])
    func notIdentityCards(text: String) {
        #expect(acted(text).isEmpty)
    }

    @Test(arguments: [
        ("A443033(9)", "hkid likely"), ("HKID A443033(9)", "hkid certain"), ("香港身份證：A443033(9)", "hkid certain"),
        ("A4430339", "hkid weak"), ("HKID: A4430339", "hkid likely"), ("身份證A4430339", "hkid likely"),
        ("a443033(9)", "hkid possible"), ("hkid a443033(9)", "hkid likely"), ("K961091A", "hkid weak"),
        ("A123456(3)", "hkid likely sample"), ("HKID G123456(A)", "hkid certain sample"),
    ])
    func confidenceOfIdentityCards(text: String, expected: String) {
        #expect(found(text).count == 1)
        #expect(found(text).first?.hasPrefix(expected + " ") == true, "\(found(text))")
    }

    /// Check characters worked out by hand from the rule, and the same with one digit changed or two exchanged.
    @Test(arguments: [
        ("O901238A", true), ("L9834381", true), ("K1031538", true), ("B4178616", true), ("XG1234564", true),
        ("AB9876543", true), ("G123456A", true), ("A1234563", true), ("S1234562", true), ("A1234564", false),
        ("B4178615", false), ("L9843381", false), ("GX1234564", false), ("A123456", false), ("", false),
    ])
    func identityCardCheck(value: String, isValid: Bool) {
        #expect(HKIDDetector.isValid(Array(value.utf8)) == isValid)
    }

    @Test func severalInOneText() {
        let text = "HKID A443033(9), card 4798643261622430, IBAN DE22830689997598506774; again A443033(9)"
        #expect(
            found(text) == [
                "hkid certain A443033(9)", "card certain 4798643261622430", "iban certain DE22830689997598506774",
                "hkid certain A443033(9)",
            ])
    }

    @Test func everySampleIsAMatchItself() {
        for sample in DocumentationNumbers.all {
            let text = String(decoding: sample, as: UTF8.self)
            let results = found("visa card hkid " + text)
            #expect(results.count == 1 && results[0].contains(" sample "), "\(text): \(results)")
        }
    }
}
