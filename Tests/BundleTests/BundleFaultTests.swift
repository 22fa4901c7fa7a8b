// Proves that every kind of fault in a bundle's files is reported with file, line, column, what was expected and what
// stands there; that all faults are reported at once; and that one fault does not drag others behind it.
import Testing
import YAML

@testable import Bundle

struct BundleFaultTests {
    static let sound: [String: String] = [
        "bundle.yaml": "format: 1\nname: small\n",
        "vendors.yaml": "vendors:\n  - {id: v1, name: Vendor, jurisdiction: US}\n",
        "models.yaml": """
        models:
          - id: m1
            name: Model
            developer: v1
            version: "1"
            licence: commercial
            licence_verified: true
            open_weights: false
            released: 2026-01-01
            rank: 1

        """,
        "deployments.yaml": """
        deployments:
          - id: d1
            model: m1
            operator: v1
            channel: direct
            protocol: openai
            endpoint: https://api.example/v1
            upstream_model: m1
            authentication: bearer
            regions: [US]
            inside_perimeter: false
            data_flow: Goes there.
            rank: 1

        """,
        "sets.yaml": "sets:\n  - {id: s1, members: [HK, CN], source: ours}\n",
        "rules/a.yaml": """
        rules:
          - id: R-1
            effect: forbid
            when:
              - caller.place: {in: {set: s1}}
              - any_of:
                  - deployment.model: {in: [m1]}
                  - caller.owned_by_listed: {at_least: 50}
            valid:
              - {from: "2026-06-18T00:00", zone: Asia/Hong_Kong}
            status: in_force
            authority: {kind: law, instrument: An Act}
            decided_by: Legal
            disclosure: full
            text: No.

        """,
    ]

    private static func faults(_ changes: [String: String?]) -> [String] {
        var files = sound
        for (path, text) in changes { files[path] = text }
        do throws(BundleErrors) {
            _ = try Bundle.load(files: files.map { BundleFile(path: $0.key, bytes: Array($0.value.utf8)) })
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    private static func rule(_ old: String, _ new: String) -> [String: String?] {
        ["rules/a.yaml": sound["rules/a.yaml"].map { $0.replacing(old, with: new) }]
    }

    private static func changed(_ path: String, _ old: String, _ new: String) -> [String: String?] {
        [path: sound[path].map { $0.replacing(old, with: new) }]
    }

    @Test func aSoundBundleLoads() { #expect(BundleFaultTests.faults([:]) == []) }

    struct Row: Sendable {
        var changes: [String: String?]
        /// How each fault begins.
        var faults: [String]
    }

    static let rows: [Row] = [
        // Files.
        Row(changes: ["bundle.yaml": nil], faults: ["bundle.yaml: the file is missing"]),
        Row(changes: ["extra.yaml": "a: 1"], faults: ["extra.yaml: no file of a bundle has this name"]),
        Row(changes: ["rules/x/y.yaml": "a: 1"], faults: ["rules/x/y.yaml: no file of a bundle has this name"]),
        Row(
            changes: ["bundle.yaml": "format: 2\nname: x"],
            faults: ["bundle.yaml:1:9: `format`: expected a whole number from 1 to 1, found `2`"]),
        Row(
            changes: ["vendors.yaml": "vendors: {}"],
            faults: [
                "vendors.yaml:1:10: `vendors`: expected a list, found a mapping",
                "models.yaml:4:16: `developer`: there is no vendor `v1`",
                "deployments.yaml:4:15: `operator`: there is no vendor `v1`",
            ]),
        Row(
            changes: ["vendors.yaml": "vendor: []"],
            faults: [
                "vendors.yaml:1:1: `vendors` is missing",
                "vendors.yaml:1:1: unknown key `vendor`: did you mean `vendors`?", "models.yaml:4:16: `developer`",
                "deployments.yaml:4:15: `operator`",
            ]),
        Row(
            changes: ["aliases.yaml": "aliases: [x]"],
            faults: ["aliases.yaml:1:11: expected an entry of `aliases` as a mapping, found `x`"]),
        Row(changes: ["aliases.yaml": "&a aliases: []"], faults: ["aliases.yaml:1:1: anchors"]),
        // One file that is no YAML does not make everything that refers to it faulty.
        Row(changes: ["vendors.yaml": "vendors: ["], faults: ["vendors.yaml:2:1: "]),
        Row(changes: ["models.yaml": "models:\n\t- x"], faults: ["models.yaml:2:1: "]),
        // One bad record neither.
        Row(
            changes: changed("vendors.yaml", "jurisdiction: US", "jurisdiction: USA"),
            faults: [
                "vendors.yaml:2:42: `jurisdiction`: expected a country as two capital letters (ISO 3166), found `USA`"
            ]),
        // Unknown, missing, doubled keys.
        Row(
            changes: changed("models.yaml", "licence:", "license:"),
            faults: [
                "models.yaml:2:5: `licence` is missing: add a text",
                "models.yaml:6:5: unknown key `license`: did you mean `licence`?",
            ]),
        Row(
            changes: rule("decided_by: Legal", "decided_by: Legal\n    owner: x"),
            faults: ["rules/a.yaml:14:5: unknown key `owner`, expected one of id, version"]),
        Row(
            changes: rule("text: No.", "text: No.\n    text: Yes."),
            faults: ["rules/a.yaml:16:5: `text` stands twice in one mapping, first at 15:5"]),
        // Duplicates and references.
        Row(
            changes: changed("vendors.yaml", "vendors:\n", "vendors:\n  - {id: v1, name: Other, jurisdiction: GB}\n"),
            faults: ["vendors.yaml:3:10: `id`: `v1` stands twice"]),
        Row(
            changes: changed("deployments.yaml", "model: m1\n    operator", "model: m2\n    operator"),
            faults: ["deployments.yaml:3:12: `model`: there is no model `m2`"]),
        Row(
            changes: ["aliases.yaml": "aliases:\n  - {id: M1, models: [m1]}"],
            faults: ["aliases.yaml:2:10: `id`: `M1` reads as `m1`, which already means model `m1`"]),
        Row(changes: rule("{set: s1}", "{set: s2}"), faults: ["rules/a.yaml:5:34: there is no set `s2`"]),
        Row(
            changes: rule("in: [m1]", "in: [m2]"),
            faults: ["rules/a.yaml:7:37: `deployment.model`: there is no model `m2`: did you mean `m1`?"]),
        Row(
            changes: [
                "exceptions.yaml":
                    "exceptions:\n  - id: X-1\n    lifts: [R-9]\n    when: []\n    valid: [{from: 2026-01-01T00:00:00Z}]\n    status: in_force\n    authority: {kind: law, instrument: x}\n    decided_by: x\n    text: x"
            ], faults: ["exceptions.yaml:3:13: `lifts`: there is no rule `R-9`"]),
        Row(
            changes: rule("decided_by", "evidence: [C-1]\n    decided_by"),
            faults: ["rules/a.yaml:13:16: `evidence`: there is no claim `C-1`"]),
        Row(
            changes: [
                "approvals.yaml":
                    "approvals:\n  - id: A\n    scopes: [model:m7, \"?\"]\n    valid: [{from: 2026-01-01T00:00:00Z}]\n    granted_to: {entities: [e1]}"
            ],
            faults: [
                "approvals.yaml:3:14: `scopes`: there is no model `m7`", "approvals.yaml:3:24: `scopes`: expected",
                "approvals.yaml:5:28: `entities`: there is no legal entity `e1`",
            ]),
        // Conditions.
        Row(
            changes: rule("caller.place:", "caller.plaice:"),
            faults: ["rules/a.yaml:5:9: there is no attribute `caller.plaice`: did you mean `caller.place`?"]),
        Row(
            changes: rule("{in: {set: s1}}", "{has_any: [HK]}"),
            faults: ["rules/a.yaml:5:24: `caller.place`: expected one of in, not_in, found `has_any`"]),
        Row(
            changes: rule("{in: {set: s1}}", "{in: [Hong Kong]}"),
            faults: ["rules/a.yaml:5:29: `caller.place`: expected a country"]),
        Row(
            changes: rule("{in: {set: s1}}", "{in: []}"),
            faults: ["rules/a.yaml:5:28: `caller.place`: expected a list of values"]),
        Row(
            changes: rule("{in: {set: s1}}", "[HK]"),
            faults: ["rules/a.yaml:5:23: expected a test such as {in: …}, one to an item, found a list"]),
        Row(
            changes: rule("at_least: 50", "at_least: 101"),
            faults: ["rules/a.yaml:8:48: `caller.owned_by_listed`: expected 0 to 100 percent"]),
        Row(
            changes: rule("at_least: 50", "at_least: 50.00001"),
            faults: [
                "rules/a.yaml:8:48: `caller.owned_by_listed`: expected 0 to 100 percent with at most four decimals"
            ]),
        Row(
            changes: rule("caller.owned_by_listed: {at_least: 50}", "data.eu_pi: yes"),
            faults: ["rules/a.yaml:8:25: `data.eu_pi`: expected true or false, found `yes`"]),
        Row(
            changes: rule("deployment.model: {in: [m1]}", "data.label: {in: [secret]}"),
            faults: ["rules/a.yaml:7:31: `data.label`: expected one of public, internal"]),
        Row(
            changes: rule("deployment.model: {in: [m1]}", "deployment.model: {in: {set: s1}}"),
            faults: ["rules/a.yaml:7:36: `deployment.model` has no countries"]),
        // Times.
        Row(
            changes: rule("Asia/Hong_Kong", "Asia/HongKong"),
            faults: ["rules/a.yaml:10:42: there is no time zone `Asia/HongKong`"]),
        Row(
            changes: rule(", zone: Asia/Hong_Kong", ""),
            faults: ["rules/a.yaml:10:16: `from` is local time: add `zone`"]),
        Row(
            changes: rule("2026-06-18T00:00\"", "2026-06-31T00:00\""),
            faults: ["rules/a.yaml:10:16: `from`: expected a time"]),
        Row(
            changes: rule("zone: Asia/Hong_Kong", "to: \"2026-06-18T00:00\", zone: Asia/Hong_Kong"),
            faults: ["rules/a.yaml:10:9: the interval is empty"]),
        Row(
            changes: rule("status: in_force", "recorded: {from: 2026-01-01, until: 2025-01-01}\n    status: in_force"),
            faults: ["rules/a.yaml:11:15: `recorded`: `until` must lie after `from`"]),
        // Choices.
        Row(
            changes: rule("in_force", "inforce"),
            faults: [
                "rules/a.yaml:11:13: `status`: expected one of draft, in_force, suspended, announced_rescission, contested, lifted, found `inforce`: did you mean `in_force`?"
            ]),
        Row(changes: rule("effect: forbid", "effect: oblige"), faults: ["rules/a.yaml:2:5: `obligation` is missing"]),
        Row(
            changes: rule("text: No.", "text: {zh-Hant: 不}"),
            faults: ["rules/a.yaml:15:11: `text`: the English text (`en`) is missing"]),
        Row(
            changes: changed("deployments.yaml", "https://", "http://"),
            faults: ["deployments.yaml:7:15: `endpoint`: outside the perimeter only https is spoken"]),
        Row(
            changes: changed("deployments.yaml", "api.example/v1", "key@api.example/v1"),
            faults: ["deployments.yaml:7:15: `endpoint`: expected an address"]),
        Row(
            changes: changed("deployments.yaml", "rank: 1", "rank: 1\n    injections: [stream_use]"),
            faults: [
                "deployments.yaml:14:18: `injections`: expected one of stream_usage, found `stream_use`: did you mean `stream_usage`?"
            ]),
        Row(
            changes: changed("deployments.yaml", "rank: 1", "rank: 1\n    timeouts: {connect_ms: 0}"),
            faults: ["deployments.yaml:14:28: `connect_ms`: expected a whole number from 1 to 3600000, found `0`"]),
        Row(
            changes: changed("sets.yaml", "[HK, CN]", "[HK, CN, HK]"),
            faults: ["sets.yaml:2:23: `members`: a country stands twice"]),
        Row(
            changes: [
                "networks.yaml":
                    "networks:\n  - {range: 10.0.0.1/8, meaning: unknown}\n  - {range: 10.0.0.0/8, meaning: site}"
            ],
            faults: [
                "networks.yaml:2:13: `range`: expected a range of addresses", "networks.yaml:3:5: `country` is missing",
                "networks.yaml:3:5: `site` is missing",
            ]),
        Row(
            changes: ["inspection.yaml": "detectors:\n  - {id: card, inside: allow, vendor: deny}"],
            faults: ["inspection.yaml:2:39: `vendor`: expected one of allow, redact, block, found `deny`"]),
        Row(
            changes: ["texts.yaml": "texts:\n  remedy.x: y\nplaces:\n  Hongkong: HK"],
            faults: ["texts.yaml:2:3: `texts`: expected one of", "texts.yaml:4:3: `places`: expected a country"]),
        Row(
            changes: [
                "entities.yaml":
                    "entities:\n  - {id: e1, name: E, country: HK, custody: Hong-Kong, ownership: {unsupported_headquarters: [60, 40], listed: 1, country_of_concern: unknown}}"
            ],
            faults: [
                "entities.yaml:2:45: `custody`: expected 1 to 16 small letters and digits",
                "entities.yaml:2:94: `unsupported_headquarters`: expected a share in percent",
            ]),
        // Versions.
        Row(
            changes: ["rules/b.yaml": sound["rules/a.yaml"]],
            faults: ["rules/b.yaml:2:9: `id`: rule `R-1` version 1 stands twice"]),
        Row(
            changes: [
                "rules/b.yaml": sound["rules/a.yaml"].map { $0.replacing("id: R-1", with: "id: R-1\n    version: 2") }
            ], faults: ["rules/b.yaml:2:9: `id`: two versions of `R-1` are known at the same time"]),
    ]

    @Test(arguments: rows)
    func everyFaultIsNamedWithItsPlace(row: Row) {
        let found = BundleFaultTests.faults(row.changes)
        // Faults come sorted by file; the table lists them by cause.
        #expect(found.count == row.faults.count, "\(found)")
        for expected in row.faults { #expect(found.contains { $0.hasPrefix(expected) }, "\(expected) in \(found)") }
    }

    @Test func allFaultsAreReportedAtOnce() {
        let found = BundleFaultTests.faults([
            "bundle.yaml": "format: 1\n",
            "vendors.yaml": "vendors:\n  - {id: v1, name: Vendor, jurisdiction: usa, x: 1}\n",
            "rules/a.yaml": "rules:\n  - id: R 1\n    effect: deny\n",
        ])
        #expect(found.count >= 8, "\(found)")
        #expect(Set(found.map { $0.prefix { $0 != ":" } }) == ["bundle.yaml", "vendors.yaml", "rules/a.yaml"])
    }

    @Test func versionsMayFollowEachOther() {
        let first = BundleFaultTests.rule(
            "status:", "recorded: {from: 2026-06-18T00:00:00Z, until: 2026-07-01T00:00:00Z}\n    status:")
        let second = BundleFaultTests.sound["rules/a.yaml"].map {
            $0.replacing("id: R-1", with: "id: R-1\n    version: 2\n    recorded: 2026-07-01T00:00:00Z")
        }
        var changes = first
        changes["rules/b.yaml"] = second
        #expect(BundleFaultTests.faults(changes) == [])
    }

    @Test func hostileFilesAreClearErrors() {
        let large = "sets:\n  - {id: s1, source: x, members: [" + String(repeating: "HK,", count: 3_500_000) + "HK]}\n"
        #expect(
            BundleFaultTests.faults(["sets.yaml": large]).first?.hasPrefix("sets.yaml:1:1: the file has 10500") == true)
        let notUTF8 = [UInt8]("sets:\n  - ".utf8) + [0xFF, 0xFE]
        do throws(BundleErrors) {
            _ = try Bundle.load(files: [
                BundleFile(path: "bundle.yaml", bytes: Array("format: 1\nname: x".utf8)),
                BundleFile(path: "sets.yaml", bytes: notUTF8),
            ])
            Issue.record("loaded")
        } catch {
            #expect(error.faults.map(\.description) == ["sets.yaml:2:5: not UTF-8: save the file in that encoding"])
        }
    }

    @Test func clausesThatMultiplyOutTooFarAreRefused() {
        let clause =
            "\n      - any_of:\n" + (0..<8).map { "          - caller.location_tier: {above: \($0)}\n" }.joined()
        let when = "when:" + String(repeating: clause, count: 4)
        let rule = BundleFaultTests.sound["rules/a.yaml"] ?? ""
        let start = rule.firstRange(of: "when:")?.lowerBound ?? rule.startIndex
        let end = rule.firstRange(of: "    valid:")?.lowerBound ?? rule.endIndex
        let text = rule.replacingCharacters(start..<end, with: when)
        let found = BundleFaultTests.faults(["rules/a.yaml": text])
        #expect(found.count == 1 && found[0].contains("multiply out to more than 1024"), "\(found)")
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
