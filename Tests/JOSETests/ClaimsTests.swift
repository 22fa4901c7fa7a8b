// Proves that a claim of a wrong kind is an error and never an absent one.
import Crypto
import Testing

@testable import JOSE

struct ClaimsTests {
    private func claims(_ text: String) throws -> Claims { try Claims(Array(text.utf8), algorithm: .edDSA) }

    @Test(arguments: [
        ("0", 0), ("1300819380", 1_300_819_380), ("1300819380.999", 1_300_819_380), ("253402300799", 253_402_300_799),
    ])
    func secondsRoundDown(text: String, seconds: Int64) throws {
        #expect(try claims(#"{"exp":\#(text)}"#).seconds("exp") == seconds)
    }

    @Test(arguments: ["-1", "1e9", "1.5e3", "253402300800", "\"1\"", "null", "true", "[1]", "-0"])
    func otherNumbersAreRefused(text: String) throws {
        #expect(throws: JOSEError.badMember(name: "exp")) { try claims(#"{"exp":\#(text)}"#).seconds("exp") }
    }

    @Test func textsAreOneOrMany() throws {
        #expect(try claims(#"{"aud":"a"}"#).texts("aud") == ["a"])
        #expect(try claims(#"{"aud":["a","b"]}"#).texts("aud") == ["a", "b"])
        #expect(try claims("{}").texts("aud") == [])
        for wrong in ["1", "null", #"["a",1]"#, "{}"] {
            #expect(throws: JOSEError.badMember(name: "aud")) { try claims(#"{"aud":\#(wrong)}"#).texts("aud") }
        }
        let many = Array(repeating: #""a""#, count: 257).joined(separator: ",")
        #expect(throws: JOSEError.badMember(name: "aud")) { try claims(#"{"aud":[\#(many)]}"#).texts("aud") }
    }

    @Test func absentIsNotWrong() throws {
        let claims = try claims(#"{"a":1,"b":"","c":"x"}"#)
        #expect(try claims.text("z") == nil)
        #expect(throws: JOSEError.badMember(name: "a")) { try claims.text("a") }
        #expect(throws: JOSEError.badMember(name: "b")) { try claims.required("b") }
        #expect(throws: JOSEError.badMember(name: "z")) { try claims.required("z") }
        #expect(try claims.required("c") == "x")
        #expect(throws: JOSEError.badMember(name: "c")) { try claims.boolean("c") }
    }
}
