internal import JSON
internal import Vocabulary

extension CaseAnswer {
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id)
            write(to: &writer)
            for recheck in rechecks {
                writer.member(
                    "recheck",
                    object: { writer in
                        writer.member("known_at", recheck.knownAt.description)
                        recheck.answer.write(to: &writer)
                    })
            }
        }
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        writer.member("decision", verdict.rawValue)
        writer.member("rules", texts: rules.sorted())
        if let steps {
            writer.member(
                "per_step",
                array: { writer in
                    for step in steps {
                        writer.object { writer in
                            writer.member("decision", (step.isAllowed ? Verdict.allow : .deny).rawValue)
                            writer.member("rules", texts: step.rules.sorted())
                        }
                    }
                })
        }
        if let servedBy { writer.member("served_by", servedBy) }
        if let skipped { writer.member("skipped", texts: skipped) }
        writer.member("obligations", texts: obligations.sorted())
        if let countries = places.sorted {
            writer.member("location_set", texts: countries.map(\.description))
        } else {
            writer.member("location_set", "*")
        }
    }

    /// Fields in which the answer differs from what was expected; a field that is not expected is not compared.
    func differences(from expected: CaseReader) throws(DecisionCasesError) -> [String] {
        var differences: [String] = []
        func compare(_ field: String, _ wanted: String?, _ found: String) {
            if let wanted, wanted != found { differences.append("\(field): expected \(wanted), found \(found)") }
        }
        func list(_ texts: some Sequence<String>) -> String { "[" + texts.sorted().joined(separator: ", ") + "]" }
        compare("decision", try expected.optionalText("decision"), verdict.rawValue)
        compare("rules", try expected.texts("rules").map(list), list(rules))
        compare("obligations", try expected.texts("obligations").map(list), list(obligations))
        compare("skipped", try expected.texts("skipped").map { "\($0)" }, "\(skipped ?? [])")
        if expected.field("served_by") != nil {
            compare("served_by", try expected.optionalText("served_by") ?? "none", (servedBy ?? nil) ?? "none")
        }
        if let field = expected.field("location_set") {
            let found = places.sorted.map { list($0.map(\.description)) } ?? "*"
            compare("location_set", field.reads(as: "*") ? "*" : list(try expected.texts("location_set") ?? []), found)
        }
        if let wanted = try expected.objects("per_step") {
            compare("per_step", "\(wanted.count) steps", "\(steps?.count ?? 0) steps")
            for (index, pair) in zip(wanted, steps ?? []).enumerated() {
                let (wanted, found) = pair
                compare(
                    "per_step[\(index)].decision", try wanted.optionalText("decision"),
                    (found.isAllowed ? Verdict.allow : .deny).rawValue)
                compare("per_step[\(index)].rules", try wanted.texts("rules").map(list), list(found.rules))
            }
        }
        if let recheck = expected.field("recheck"), let again = rechecks.first {
            differences += try again.answer.differences(from: try CaseReader(recheck)).map { "recheck." + $0 }
        }
        return differences
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, texts: [String]) {
        member(name, array: { writer in for text in texts { writer.string(text) } })
    }
}
