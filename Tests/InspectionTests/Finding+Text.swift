// Findings as the tests read them: detector and the very text found.
import Inspection

extension Finding {
    func text(in input: [UInt8]) -> String { String(decoding: input[range], as: UTF8.self) }
}

/// Detector, text and confidence of all findings in a plain text.
func found(_ text: String) -> [String] {
    let input = Array(text.utf8)
    return Inspector.inspect(text: input).map { finding in
        "\(finding.detector.rawValue) \(finding.confidence.name)\(finding.isSample ? " sample" : "") "
            + finding.text(in: input)
    }
}

/// What a bank would act on: findings that are neither weak nor samples.
func acted(_ text: String) -> [String] {
    let input = Array(text.utf8)
    return Inspector.inspect(text: input).filter { $0.confidence >= .possible && !$0.isSample }.map {
        $0.text(in: input)
    }
}
