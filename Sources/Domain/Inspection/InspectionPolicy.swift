/// What happens to a finding, by detector and by where the text would go. The values come from the bundle.
///
/// INVARIANT: what no entry covers is blocked towards a vendor and allowed inside the perimeter.
package struct InspectionPolicy: Equatable, Sendable {
    /// Where the model runs that would read the text.
    package enum Destination: String, CaseIterable, Sendable { case inside, vendor }

    package enum Verdict: String, CaseIterable, Sendable { case allow, redact, block }

    package struct Entry: Equatable, Sendable {
        package var detector: Detector
        package var destination: Destination
        package var verdict: Verdict
        /// Findings less sure than this are recorded and left alone.
        package var least: Confidence

        package init(
            detector: Detector, destination: Destination, verdict: Verdict, least: Confidence = .possible
        ) {
            self.detector = detector
            self.destination = destination
            self.verdict = verdict
            self.least = least
        }
    }

    package let entries: [Entry]

    /// The first entry for a detector and destination counts.
    package init(_ entries: [Entry]) { self.entries = entries }

    package func verdict(on finding: Finding, towards destination: Destination) -> Verdict {
        let entry = entries.first { $0.detector == finding.detector && $0.destination == destination }
        if finding.isSample || finding.confidence < entry?.least ?? .possible { return .allow }
        return entry?.verdict ?? (destination == .inside ? .allow : .block)
    }
}
