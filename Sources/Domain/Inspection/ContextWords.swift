/// The words near a number that say what it is. A window is searched once, when the first match asks, so that a text
/// full of numbers costs no more than one with few.
struct ContextWords {
    enum Topic: Int, CaseIterable { case card, otherNumber, identityCard }
    enum Verdict { case speaksFor, speaksAgainst, silent }

    /// LIMIT: characters to either side that are looked at.
    static let reach = 100

    /// Where words of each topic begin in the window; nil before the search.
    private var places: [[Int]]?

    /// Forgets the window.
    mutating func reset() { places = nil }

    mutating func verdict(
        for topic: Topic, against other: Topic? = nil, near range: Range<Int>, in text: FoldedText, label: Set<Topic>
    ) -> Verdict {
        let places = self.places ?? ContextWords.search(text)
        self.places = places
        func mentions(_ topic: Topic) -> Bool {
            label.contains(topic) || ContextWords.isNear(places[topic.rawValue], range, text)
        }
        if mentions(topic) { return .speaksFor }
        if let other, mentions(other) { return .speaksAgainst }
        return .silent
    }

    /// Whether one of the sorted `places` lies within reach of `range`.
    private static func isNear(_ places: [Int], _ range: Range<Int>, _ text: FoldedText) -> Bool {
        let after = places.firstIndex(notBefore: range.lowerBound)
        if after < places.count, text.isWithin(reach, from: range.upperBound, to: places[after]) { return true }
        return after > 0 && text.isWithin(reach, from: places[after - 1], to: range.lowerBound)
    }

    /// The topics that the key of a value names.
    static func topics(of label: [UInt8]) -> Set<Topic> {
        let places = label.withUnsafeBufferPointer { search(FoldedText($0)) }
        return Set(Topic.allCases.filter { !places[$0.rawValue].isEmpty })
    }

    private static func search(_ text: FoldedText) -> [[Int]] {
        var places = [[Int]](repeating: [], count: Topic.allCases.count)
        for index in 0..<text.count {
            let candidates = buckets[slot(text[index], text[index + 1])]
            guard !candidates.isEmpty else { continue }
            for word in words[candidates] where stands(word.text, at: index, in: text) {
                places[word.topic.rawValue].append(index)
            }
        }
        return places
    }

    /// English words count between ASCII boundaries only, so that `company` is no PAN; Chinese has none. A number may
    /// stand directly behind.
    private static func stands(_ word: [UInt8], at index: Int, in text: FoldedText) -> Bool {
        for (offset, byte) in word.enumerated() where lower(text[index + offset]) != byte { return false }
        guard let first = word.first, first < 0x80 else { return true }
        return !text.isAlphanumeric(index - 1) && !text.isLetter(index + word.count)
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static func slot(_ first: UInt8, _ second: UInt8) -> Int {
        (Int(lower(first)) << 4 ^ Int(lower(second))) & 4095
    }

    /// The words whose first two bytes fall into each slot.
    private static let buckets: [Range<Int>] = {
        var ranges = [Range<Int>](repeating: 0..<0, count: 4096)
        for (index, word) in words.enumerated() {
            let slot = slot(word.text[0], word.text[1])
            ranges[slot] = (ranges[slot].isEmpty ? index : ranges[slot].lowerBound)..<index + 1
        }
        return ranges
    }()

    /// Sorted by slot.
    private static let words: [(topic: Topic, text: [UInt8])] = [
        (
            .card,
            [
                "card", "cards", "cardno", "cardnumber", "cardholder", "creditcard", "debitcard", "visa", "mastercard",
                "amex", "american express", "unionpay", "china unionpay", "jcb", "maestro", "diners club", "pan", "cvv",
                "cvv2", "cvc", "expiry", "信用卡", "銀行卡", "银行卡", "卡號", "卡号", "銀聯", "银联", "扣賬卡", "扣账卡",
                "借記卡", "借记卡", "持卡人",
            ]
        ),
        (
            .otherNumber,
            [
                "imei", "imsi", "meid", "isbn", "tracking", "order", "order_id", "invoice", "waybill", "consignment",
                "ticket", "timestamp", "epoch", "serial", "sku", "uuid", "hash", "checksum", "訂單", "订单", "運單",
                "运单", "發票", "发票", "序號", "序号",
            ]
        ),
        (
            .identityCard,
            [
                "hkid", "hkic", "hk id", "hong kong id", "identity card", "identity no", "identity number", "id card",
                "id no", "id number", "id document", "identification", "身份證", "身分證", "身份证", "身分证", "證件號",
                "证件号",
            ]
        ),
    ].flatMap { topic, texts in texts.map { (topic: topic, text: Array($0.utf8)) } }
        .sorted { slot($0.text[0], $0.text[1]) < slot($1.text[0], $1.text[1]) }
}

extension [Int] {
    /// Index of the first element of a sorted array that is not less than `bound`.
    fileprivate func firstIndex(notBefore bound: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
