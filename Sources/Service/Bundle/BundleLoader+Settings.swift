internal import Bytes
internal import Location
internal import Policy
internal import Vocabulary
internal import YAML

extension BundleLoader {
    private enum MeaningWord: String, CaseIterable {
        case site
        case vpnEgress = "vpn_egress"
        case corporateEgress = "corporate_egress"
        case unknown
    }

    func readNetworks(_ roots: [String: YAMLNode]) {
        var seen: Set<AddressRange> = []
        each("networks", in: "networks.yaml", roots) { record in
            let range = readRange(&record)
            let word = record.choice("meaning", MeaningWord.self)
            _ = record.optionalText("note")
            var meaning: NetworkMap.Meaning?
            switch word {
            case .site:
                let site = record.identifier("site", of: SiteKind.self)
                let country = record.country("country")
                if let site, let country { meaning = .site(site, country) }
            case .vpnEgress: meaning = .vpnEgress
            case .corporateEgress: meaning = .corporateEgress
            case .unknown: meaning = .unknown
            case nil: break
            }
            guard let range, let meaning else { return }
            if !seen.insert(range).inserted {
                record.fail(record.position(of: "range"), "`range`: \(range) stands twice")
            }
            networks.append(NetworkMap.Entry(range: range, meaning: meaning))
        }
    }

    private func readRange(_ record: inout RecordReader) -> AddressRange? {
        let expected = "a range of addresses such as 127.0.1.0/24"
        guard let node = record.required("range", expected) else { return nil }
        guard let range = node.text.flatMap({ AddressRange($0) }) else {
            record.fail(
                node.position, "`range`: expected \(expected), with no bit set behind the prefix, found \(node.shown)")
            return nil
        }
        return range
    }

    func readInspection(_ roots: [String: YAMLNode]) {
        each("detectors", in: "inspection.yaml", roots) { record in
            let detector = record.choice("id", InspectionSettings.Detector.self)
            let inside = record.choice("inside", InspectionSettings.Verdict.self)
            let vendor = record.choice("vendor", InspectionSettings.Verdict.self)
            guard let detector, let inside, let vendor else { return }
            if inspection.isSet(detector) {
                record.fail(record.position(of: "id"), "`id`: `\(detector.rawValue)` stands twice")
            }
            inspection.set(detector, inside: inside, vendor: vendor)
        }
    }

    func readTexts(_ roots: [String: YAMLNode]) {
        let path = "texts.yaml"
        guard let root = roots[path], var record = RecordReader(root, path, faults, expected: "`texts` and `places`")
        else { return }
        let textNode = record.optional("texts")
        let placeNode = record.optional("places")
        record.finish()
        if let textNode, let entry = RecordReader(textNode, path, faults, expected: "texts by key") {
            for pair in entry.pairs {
                guard let key: RefusalTexts.Key = entry.choice(pair.key, "texts") else { continue }
                texts[key] = entry.localized(pair.value, key.rawValue)
            }
        }
        if let placeNode, let entry = RecordReader(placeNode, path, faults, expected: "names by country") {
            for pair in entry.pairs {
                guard let country = entry.country(pair.key, "places") else { continue }
                places[country] = entry.localized(pair.value, country.description)
            }
        }
    }
}

/// SHA-256 digests as files write them.
enum HexDigest {
    static func decode(_ text: String) -> [UInt8]? {
        guard let bytes = Hex.decode(text), bytes.count == 32 else { return nil }
        return bytes
    }
}
