// Proves that signoffs.yaml is read as it is written, that the library's file says what Portcullis has without one, and
// that a file which asks for less than an act takes is refused with line and column.
import Approvals
import Testing
import Vocabulary
import YAML

@testable import Bundle

struct SignOffFileTests {
    private static func load(_ signOffs: String?) throws -> Bundle {
        var files = [BundleFile(path: "bundle.yaml", bytes: Array("format: 1\nname: small\n".utf8))]
        if let signOffs { files.append(BundleFile(path: "signoffs.yaml", bytes: Array(signOffs.utf8))) }
        return try Bundle.load(files: files)
    }

    @Test func aBundleWithoutTheFileHasTheStandardMatrix() throws {
        #expect(try SignOffFileTests.load(nil).signOffs == .standard)
    }

    @Test(arguments: ["library/signoffs.yaml", "examples/bank/signoffs.yaml"])
    func theShippedFilesSayTheSame(_ path: String) throws {
        let text = String(decoding: try Repository.bytes(path), as: UTF8.self)
        let bundle = try SignOffFileTests.load(text)
        #expect(bundle.signOffs == .standard)
        #expect(bundle.signOffs.digest == SignOffMatrix.standard.digest)
        // Every row is in the file; none comes from elsewhere.
        let root = try YAML.parse(Array(text.utf8))
        let acts = root.entries?.first?.value.items?.compactMap { item in
            item.entries?.first { $0.key.text == "act" }?.value.text
        }
        #expect(acts?.sorted() == ActKind.allCases.map(\.rawValue).sorted())
    }

    @Test func aRowIsReadAsItIsWritten() throws {
        let bundle = try SignOffFileTests.load(
            """
            signoffs:
              - act: hold.release
                proposes: [records]
                signs: [[legal], [compliance, security], [data_owner]]
                proposer_signs: true
                expires_hours: 2
                methods: [passkey, password]
              - {act: cut.order, proposes: [security], signs: [[security]], order: after, within_minutes: 30}

            """)
        let records: FunctionID = FunctionID("records")
        let legal: FunctionID = FunctionID("legal")
        let compliance: FunctionID = FunctionID("compliance")
        let security: FunctionID = FunctionID("security")
        let owner: FunctionID = FunctionID("data_owner")
        #expect(
            bundle.signOffs.row(.releaseHold)
                == SignOffRow(
                    .releaseHold, proposes: [records], signs: [[legal], [compliance, security], [owner]],
                    proposerSigns: true, lifetimeSeconds: 7200, methods: [.passkey, .password]))
        #expect(bundle.signOffs.row(.orderCut).order == .after(seconds: 1800))
        // What the file does not name stays.
        #expect(bundle.signOffs.row(.dispose) == SignOffMatrix.standard.row(.dispose))
        #expect(bundle.signOffs.digest != SignOffMatrix.standard.digest)
    }

    @Test func itSurvivesTheSnapshot() throws {
        let bundle = try SignOffFileTests.load(
            "signoffs:\n  - {act: disposal, proposes: [legal], signs: [[legal], [records], [security]]}\n")
        #expect(try Bundle(snapshot: bundle.snapshot()).signOffs == bundle.signOffs)
        #expect(bundle.signOffs.row(.dispose).signs.count == 3)
    }

    struct Fault: Sendable {
        var row: String
        /// How the fault begins.
        var fault: String
    }

    static let faults: [Fault] = [
        Fault(
            row: "{act: exception, proposes: [business_owner], signs: [[compliance]]}",
            fault: "signoffs.yaml:2:57: `signs`: `exception` loosens, so it takes two natural persons"),
        Fault(
            row: "{act: bundle.activate, proposes: [platform], signs: [[compliance]]}",
            fault: "signoffs.yaml:2:57: `signs`: `bundle.activate` loosens"),
        Fault(
            row: "{act: hold.place, proposes: [legal], signs: []}",
            fault: "signoffs.yaml:2:49: `signs`: `hold.place` takes one person at the least"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [[employee], [legal]]}",
            fault: "signoffs.yaml:2:51: `signs`: `employee` neither proposes nor signs"),
        Fault(
            row: "{act: disposal, proposes: [auditor], signs: [[compliance], [legal]]}",
            fault: "signoffs.yaml:2:32: `proposes`: `auditor` neither proposes nor signs"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [[complience], [legal]]}",
            fault: "signoffs.yaml:2:51: `signs`: expected one of employee, engineer, compliance"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [[], [legal]]}",
            fault: "signoffs.yaml:2:50: `signs`: expected a list of functions"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [legal, compliance]}",
            fault: "signoffs.yaml:2:50: `signs`: expected a list of functions, found `legal`"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [[legal],[legal],[legal],[legal],[legal],[legal]]}",
            fault: "signoffs.yaml:2:49: `signs`: expected at most 5 persons"),
        Fault(
            row: "{act: disposal, proposes: [], signs: [[legal], [compliance]]}",
            fault: "signoffs.yaml:2:31: `proposes`: expected a list of functions"),
        Fault(
            row: "{act: dispose, proposes: [records], signs: [[legal], [compliance]]}",
            fault: "signoffs.yaml:2:11: `act`: expected one of cut.order, cut.reopen"),
        Fault(
            row:
                "{act: disposal, proposes: [records], signs: [[legal], [compliance]], order: after, within_minutes: 5}",
            fault: "signoffs.yaml:2:81: `order`: only what tightens is done before it is signed"),
        Fault(
            row: "{act: hold.place, proposes: [legal], signs: [[legal]], order: after}",
            fault: "signoffs.yaml:2:5: `within_minutes` is missing"),
        Fault(
            row: "{act: hold.place, proposes: [legal], signs: [[legal]], within_minutes: 5}",
            fault: "signoffs.yaml:2:76: `within_minutes` goes with `order: after`"),
        Fault(
            row: "{act: export, proposes: [legal], signs: [[legal]], proposer_signs: true}",
            fault: "signoffs.yaml:2:72: `proposer_signs`: `export` shows what others wrote"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [[legal], [compliance]], expires_hours: 721}",
            fault: "signoffs.yaml:2:89: `expires_hours`: expected a whole number from 1 to 720"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [[legal], [compliance]], methods: [fax]}",
            fault: "signoffs.yaml:2:84: `methods`: expected one of key, password, provider, passkey"),
        Fault(
            row: "{act: disposal, proposes: [records], signs: [[legal], [compliance]], sings: 2}",
            fault: "signoffs.yaml:2:74: unknown key `sings`"),
    ]

    @Test(arguments: faults.indices)
    func aFaultIsToldWithItsPlace(_ index: Int) {
        let row = SignOffFileTests.faults[index]
        #expect {
            try SignOffFileTests.load("signoffs:\n  - \(row.row)\n")
        } throws: { error in
            let said = (error as? BundleErrors)?.faults.map(\.description) ?? []
            if said.count != 1 || said[0].hasPrefix(row.fault) == false { Issue.record("row \(index): \(said)") }
            return true
        }
    }

    @Test func anActStandsOnce() {
        let row = "  - {act: disposal, proposes: [records], signs: [[legal], [compliance]]}\n"
        #expect {
            try SignOffFileTests.load("signoffs:\n" + row + row)
        } throws: { error in
            (error as? BundleErrors)?.faults.map(\.description) == [
                "signoffs.yaml:3:11: `act`: `disposal` stands twice"
            ]
        }
    }
}
