internal import Bytes
internal import Crypto
internal import Ledger

/// The report for people.
enum TextReport {
    static func text(_ report: VerificationReport, path: String) -> String {
        var lines = [report.origin.isEmpty ? path : report.origin]
        lines.append("  folder       \(path)")
        lines.append("  records      \(report.size) frames in \(report.segments) segments, \(report.bytes) bytes")
        let types = report.framesByType.sorted { $0.key.rawValue < $1.key.rawValue }
        if !types.isEmpty {
            lines.append("               " + types.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        let unknown = types.filter { !$0.key.isKnown }.reduce(UInt64(0)) { $0 + $1.value }
        if unknown > 0 { lines.append("               \(unknown) of types that this program does not know") }
        lines.append(
            "  checkpoints  \(report.checkpoints) signed; the last good one covers \(report.signedSize) frames")
        if let root = report.root { lines.append("  root         " + Base64.encode(root.bytes)) }
        lines.append(
            "  tiles        \(report.fullTiles) full, \(report.partialTiles) partial, \(report.missingTiles) missing")
        lines.append("  key files    \(report.keyFiles)")
        for note in report.notes { lines.append("  note         " + note) }
        for problem in report.problems { lines.append("  PROBLEM      " + problem.description) }
        if report.moreProblems > 0 { lines.append("  PROBLEM      and \(report.moreProblems) more") }
        lines.append(report.isGood ? "  good" : "  NOT GOOD")
        return lines.joined(separator: "\n") + "\n\n"
    }

    static func conclusion(_ reports: [VerificationReport], isAnchored: Bool) -> String {
        let bad = reports.count { !$0.isGood }
        let verdict =
            bad == 0
            ? "all is as it must be (logs: \(reports.count))\n" : "NOT as it must be: \(bad) of \(reports.count) logs\n"
        guard !isAnchored else { return verdict }
        return verdict + """
            UNANCHORED: the signatures were checked against the keys that lie in the folder itself. Whoever could
            change the folder could change those too. Give the keys that you got by another way with --key FILE.

            """
    }
}
