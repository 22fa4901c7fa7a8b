package import Vocabulary

/// What the firm knows of networks: which range is which office, which is the exit of its own tunnels. An address in no
/// range is no evidence.
///
/// Built once a bundle: nested ranges are cut into disjoint ones, of which the longest prefix wins, so that a look-up
/// is one binary search.
package struct NetworkMap: Sendable {
    /// What lies behind a range.
    package enum Meaning: Hashable, Sendable {
        /// An office's own network: evidence of place.
        case site(SiteID, Country)
        /// Exit of a tunnel: hides where somebody is, and says so.
        case vpnEgress
        /// Exit of the firm's own proxies: says nothing, and is nothing to worry about.
        case corporateEgress
        /// Addresses of which nobody knows where they are.
        case unknown
    }

    package struct Entry: Hashable, Sendable {
        package var range: AddressRange
        package var meaning: Meaning

        package init(range: AddressRange, meaning: Meaning) {
            self.range = range
            self.meaning = meaning
        }
    }

    private struct Segment: Sendable {
        var first: IPAddress
        var last: IPAddress
        var meaning: Meaning
    }

    package let entries: [Entry]
    private let segments: [Segment]

    package static let empty = NetworkMap([])

    /// Of two entries with one range the later counts; a bundle refuses such a pair before it comes here.
    package init(_ entries: [Entry]) {
        self.entries = entries
        segments = NetworkMap.disjoint(entries)
    }

    package func meaning(of address: IPAddress) -> Meaning? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].first <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, segments[low - 1].last >= address else { return nil }
        return segments[low - 1].meaning
    }

    /// The evidence that a request's own address gives; nil where the address says nothing at all.
    package func evidence(of address: IPAddress, id: EvidenceID, at now: Instant, hop: Evidence.Hop? = nil) -> Evidence?
    {
        switch meaning(of: address) {
        case .site(_, let country): Evidence(id: id, kind: .siteNetwork, country: country, observed: now, hop: hop)
        case .vpnEgress: Evidence(id: id, kind: .ipGeo, country: nil, observed: now, anonymizer: true, hop: hop)
        case .unknown: Evidence(id: id, kind: .ipGeo, country: nil, observed: now, hop: hop)
        case .corporateEgress, nil: nil
        }
    }

    /// Sweeps over the sorted ranges with a stack of those that are open; prefixes nest or are disjoint, they never
    /// overlap halfway.
    private static func disjoint(_ entries: [Entry]) -> [Segment] {
        let sorted = entries.enumerated().sorted {
            ($0.element.range.first, $0.element.range.prefixLength, $0.offset)
                < ($1.element.range.first, $1.element.range.prefixLength, $1.offset)
        }.map(\.element)
        var segments: [Segment] = []
        var open: [Entry] = []
        /// First address that no segment covers yet, of the innermost open range.
        var next: IPAddress?

        func emit(until last: IPAddress) {
            guard let entry = open.last, let first = next, first <= last else { return }
            segments.append(Segment(first: first, last: last, meaning: entry.meaning))
            next = last.successor
        }
        func close(before first: IPAddress?) {
            while let entry = open.last, first.map({ entry.range.last < $0 }) ?? true {
                emit(until: entry.range.last)
                open.removeLast()
            }
        }
        for entry in sorted {
            close(before: entry.range.first)
            if let before = entry.range.first.predecessor { emit(until: before) }
            open.append(entry)
            next = entry.range.first
        }
        close(before: nil)
        return segments
    }
}

extension IPAddress {
    /// Nil at the end of the family.
    fileprivate var successor: IPAddress? {
        let last: UInt128 = family == .v4 ? 0xFFFF_FFFF : .max
        return number == last ? nil : IPAddress(unfolded: family, number + 1)
    }

    fileprivate var predecessor: IPAddress? { number == 0 ? nil : IPAddress(unfolded: family, number - 1) }
}
