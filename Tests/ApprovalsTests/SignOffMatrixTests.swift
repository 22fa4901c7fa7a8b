// Proves that a matrix asks for no less than the direction of an act does, whatever its rows say, that the standard one
// can be met, and that its digest is of what it asks for.
import Testing
import Vocabulary

@testable import Approvals

struct SignOffMatrixTests {
    @Test(arguments: ActKind.allCases)
    func theStandardRowCanBeMet(_ kind: ActKind) {
        let row = SignOffMatrix.standard.row(kind)
        #expect(row.act == kind)
        #expect(SignOffMatrix.standardRows.count { $0.act == kind } == 1)
        #expect(row.signs.count >= kind.direction.fewestSigners)
        #expect(row.signs.count <= SignOffRow.mostSigners)
        #expect(!row.proposes.isEmpty)
        for slot in row.signs { #expect(!slot.isEmpty) }
        #expect(row.methods == SigningMethod.all)
    }

    @Test func aRowNeverAsksForLess() {
        for kind in ActKind.allCases {
            let row = SignOffRow(
                kind, proposes: [Samples.legal], signs: [[Samples.compliance]], proposerSigns: true,
                order: .after(seconds: 3600))
            #expect(row.signs.count == kind.direction.fewestSigners)
            #expect(row.signs.allSatisfy { $0 == [Samples.compliance] })
            #expect(row.order == (kind.direction == .tightens ? .after(seconds: 3600) : .before))
            #expect(row.proposerSigns == (kind.direction != .reads))
            #expect(SignOffRow(kind, proposes: [], signs: []).signs.count == kind.direction.fewestSigners)
        }
    }

    @Test func aRowMayAskForMore() {
        let slots: [Set<FunctionID>] = [[Samples.legal], [Samples.compliance], [Samples.security]]
        let row = SignOffRow(.placeHold, proposes: [], signs: slots)
        #expect(row.signs == slots)
    }

    @Test(arguments: ["employee", "auditor", "regulator_officer"])
    func whoLooksOnDoesNotSign(_ name: String) {
        let row = SignOffRow(
            .dispose, proposes: [Samples.function(name)],
            signs: [[Samples.function(name), Samples.legal], [Samples.function(name)]])
        #expect(row.proposes.isEmpty)
        // The second place can be filled by nobody: it is not granted, rather than granted by everybody.
        #expect(row.signs == [[Samples.legal], []])
    }

    @Test func lifetimesHaveEnds() {
        func lifetime(_ seconds: Int64) -> Int64 {
            SignOffRow(.dispose, proposes: [], signs: [], lifetimeSeconds: seconds).lifetimeSeconds
        }
        #expect(lifetime(0) == 60)
        #expect(lifetime(60) == 60)
        #expect(lifetime(30 * 86_400) == 30 * 86_400)
        #expect(lifetime(30 * 86_400 + 1) == 30 * 86_400)
    }

    @Test func theDigestIsOfWhatIsAsked() {
        let standard = SignOffMatrix.standard
        #expect(SignOffMatrix(SignOffMatrix.standardRows.reversed()).digest == standard.digest)
        let row = standard.row(.dispose)
        var digests = [standard.digest]
        let changed = [
            SignOffRow(.dispose, proposes: [Samples.legal], signs: row.signs),
            SignOffRow(.dispose, proposes: row.proposes, signs: row.signs + [[Samples.security]]),
            SignOffRow(.dispose, proposes: row.proposes, signs: row.signs.reversed()),
            SignOffRow(.dispose, proposes: row.proposes, signs: row.signs, proposerSigns: true),
            SignOffRow(.dispose, proposes: row.proposes, signs: row.signs, lifetimeSeconds: 60),
            SignOffRow(.dispose, proposes: row.proposes, signs: row.signs, methods: [.passkey]),
            SignOffRow(.placeHold, proposes: [], signs: [[Samples.legal]], order: .after(seconds: 60)),
        ]
        for row in changed { digests.append(SignOffMatrix([row]).digest) }
        #expect(Set(digests).count == changed.count + 1)
    }
}
