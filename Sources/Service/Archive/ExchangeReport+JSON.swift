internal import Bundle
internal import Bytes
internal import Crypto
internal import JSON
internal import Ledger
internal import Policy
internal import Vocabulary

extension ExchangeReport {
    /// How much is told.
    package enum Detail: Sendable {
        /// What was recorded.
        case facts
        /// That, with every body in base64.
        case content
        /// What was recorded, with every decision in full, decided again, and the whole as a text.
        case explanation
    }

    /// One object; docs/formats/explanation.md.
    package func json(_ detail: Detail) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("ref", reference.description)
            writer.member("kind", "exchange")
            writer.member("log", log)
            writer.member("index", exchange.index)
            writer.member("state", state)
            writer.member("began", exchange.began.description)
            writer.member("ended", ended.description)
            writer.member("caller", object: caller)
            writer.member("request", object: { request(&$0, detail) })
            writer.member("findings", array: { writer in for finding in findings { writer.finding(finding) } })
            writer.member(
                "steps", array: { writer in for step in steps { writer.object { write(step, &$0, detail) } } })
            writer.member("answer", object: { answer(&$0, detail) })
            writer.member("outcome", object: outcome)
            writer.member(
                "records",
                array: { writer in
                    for record in exchange.records {
                        writer.object { writer in
                            writer.member("index", record.index)
                            writer.member("type", record.type.description)
                        }
                    }
                })
            if detail == .explanation {
                writer.member("replay", isReplayed ? "identical" : "different")
                writer.member("text", text)
            }
        }
        return writer.bytes
    }

    private func caller(_ writer: inout JSONWriter) {
        let caller = exchange.caller
        writer.member("person", caller?.person?.text)
        writer.member("account", caller?.account?.text)
        writer.member("key", caller?.key?.text)
        writer.member("entity", caller?.entity?.text)
        writer.member("use_case", caller?.useCase?.text)
        writer.member("accountable", texts: (caller?.accountable ?? []).map(\.text))
    }

    private func request(_ writer: inout JSONWriter, _ detail: Detail) {
        writer.member("method", exchange.head?.method)
        writer.member("path", exchange.head?.path)
        writer.member("model", modelAsked)
        writer.member("conversation", exchange.attempts.first?.record.conversation)
        writer.body(exchange.received, detail)
    }

    private func answer(_ writer: inout JSONWriter, _ detail: Detail) {
        writer.key("status")
        if let status = exchange.answer?.status { writer.integer(status) } else { writer.null() }
        writer.member("code", exchange.refusal?.code.rawValue)
        writer.body(exchange.shown, detail)
    }

    private func outcome(_ writer: inout JSONWriter) {
        func counts(_ usage: OutcomeRecord.Usage, _ shown: UInt64) {
            writer.member("shown_bytes", shown)
            writer.member(
                "usage",
                object: { writer in
                    for (name, count) in usage.sorted(by: { $0.key < $1.key }) { writer.member(name, count) }
                })
        }
        switch exchange.outcome {
        case .complete(let completion):
            writer.member("model", completion.model)
            writer.member("region", completion.region)
            writer.member("request_id", completion.requestID)
            writer.member("stop", completion.stop)
            counts(completion.usage, completion.shown)
        case .abort(let abort):
            writer.member("side", abort.side.rawValue)
            writer.member("reason", abort.reason)
            writer.member("detail", abort.detail)
            counts(abort.usage, abort.shown)
        case .cut(let cut, let usage, let shown):
            writer.member("cut", cut.text)
            counts(usage, shown)
        case nil: break
        }
    }

    private func write(_ step: Step, _ writer: inout JSONWriter, _ detail: Detail) {
        writer.member("index", step.index)
        switch step.kind {
        case .admitted(let attempt):
            let route = attempt.record.route
            writer.member("step", "admitted")
            writer.member("hop", attempt.record.hop)
            writer.member("deployment", route.deployment.text)
            writer.member("model", route.model.text)
            writer.member("alias", route.alias)
            writer.member("upstream_model", route.upstreamModel)
            writer.member("operator", route.operatorID.text)
            writer.member("channel", route.channel)
            writer.member("contract", route.contract?.text)
            writer.member("regions", texts: route.regions)
            writer.member(
                "sent",
                object: { writer in
                    writer.member("as_received", attempt.sent == exchange.received)
                    writer.body(attempt.sent, detail)
                })
            writer.member(
                "returned",
                object: { writer in
                    writer.key("status")
                    if let status = attempt.head?.status { writer.integer(status) } else { writer.null() }
                    writer.body(attempt.returned, detail)
                })
        case .passed(let hop):
            writer.member("step", "passed")
            writer.member("hop", hop.record.hop)
            writer.member("deployment", hop.record.deployment.text)
            writer.member("why", hop.record.outcome.rawValue)
            if let status = hop.record.status { writer.member("status", status) }
            if let returned = hop.record.returned { writer.member("returned", object: { $0.body(returned, detail) }) }
        case .refused(let refusal):
            writer.member("step", "refused")
            writer.member("code", refusal.code.rawValue)
        }
        writer.member(
            "decisions",
            array: { writer in for decision in step.decisions { writer.object { write(decision, &$0, detail) } } })
    }

    private func write(_ decision: ReplayedDecision, _ writer: inout JSONWriter, _ detail: Detail) {
        writer.member("index", decision.index)
        if let recorded = decision.recorded {
            writer.member("outcome", recorded.outcome.rawValue)
            writer.member("grounds", texts: recorded.grounds)
            writer.member("obligations", texts: recorded.obligations)
            writer.member("lifted", texts: recorded.lifted)
            writer.member("bundle", recorded.input.bundle.description)
        }
        if let problem = decision.problem { writer.member("problem", problem.description) }
        guard detail == .explanation else { return }
        writer.member("identical", decision.isIdentical)
        writer.member("differences", texts: decision.differences)
        writer.key("decision")
        if let decided = decision.decision { writer.raw(Explanation(decided).json) } else { writer.null() }
    }
}

extension JSONWriter {
    mutating func member(_ name: String, texts: [String]) {
        member(name, array: { writer in for text in texts { writer.string(text) } })
    }

    fileprivate mutating func finding(_ finding: RecordedFinding) {
        object { writer in
            writer.member("detector", finding.detector)
            writer.member("field", finding.field)
            writer.member("from", finding.range.lowerBound)
            writer.member("until", finding.range.upperBound)
            writer.member("confidence", finding.confidence)
            writer.member("verdict", finding.verdict)
        }
    }

    /// Length and digest; the bytes themselves only where content is wanted.
    fileprivate mutating func body(_ bytes: [UInt8], _ detail: ExchangeReport.Detail) {
        member("bytes", bytes.count)
        member("sha256", SHA256.digest(bytes).hexadecimal)
        if detail == .content { member("base64", Base64.encode(bytes)) }
    }
}
