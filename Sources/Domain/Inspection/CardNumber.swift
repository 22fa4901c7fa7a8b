/// Payment card numbers: issuer ranges and lengths, ISO/IEC 7812-1 with the networks' published tables.
enum CardNumber {
    enum Network { case visa, mastercard, americanExpress, jcb, diners, discover, unionPay, maestro }

    /// LIMIT: digits of a number.
    static let lengths = 12...19

    /// The network whose range and length the digits fit, the check digit included; nil for any other number.
    static func network(_ digits: Span<UInt8>) -> Network? {
        guard lengths.contains(digits.count), let network = issuer(digits), luhn(digits),
            digits.indices.contains(where: { digits[$0] != digits[0] })
        else { return nil }
        return network
    }

    private static func issuer(_ digits: Span<UInt8>) -> Network? {
        let six = (0..<6).reduce(0) { $0 * 10 + Int(digits[$1]) }
        let length = digits.count
        switch six {
        case 400_000...499_999: return [13, 16, 19].contains(length) ? .visa : nil
        case 510_000...559_999, 222_100...272_099: return length == 16 ? .mastercard : nil
        case 340_000...349_999, 370_000...379_999: return length == 15 ? .americanExpress : nil
        case 352_800...358_999: return (16...19).contains(length) ? .jcb : nil
        case 300_000...305_999, 309_500...309_599, 360_000...369_999, 380_000...399_999:
            return (14...19).contains(length) ? .diners : nil
        case 601_100...601_199, 644_000...659_999: return (16...19).contains(length) ? .discover : nil
        case 620_000...629_999, 810_000...817_199: return (16...19).contains(length) ? .unionPay : nil
        case 500_000...509_999, 560_000...699_999: return .maestro
        default: return nil
        }
    }

    /// ISO/IEC 7812-1 annex B: every second digit from the right doubled, the sum a multiple of ten.
    private static func luhn(_ digits: Span<UInt8>) -> Bool {
        var sum = 0
        var doubles = false
        for index in digits.indices.reversed() {
            let value = doubles ? Int(digits[index]) * 2 : Int(digits[index])
            sum += value > 9 ? value - 9 : value
            doubles.toggle()
        }
        return sum % 10 == 0
    }
}
