internal import Bundle
internal import Identity
internal import Policy
internal import Registry
internal import Runtime
internal import Telemetry
internal import Vocabulary

/// When the state changes, what is open is decided again. Law 3.
extension Gateway {
    /// Decides every attempt anew that the change concerns; returns how many were ended.
    @discardableResult
    func changed(_ change: NodeState.Change) -> Int {
        var ended = 0
        for attempt in open.all where change.concerns(attempt.visit.visitor) {
            guard let denial = decideAgain(attempt) else { continue }
            attempt.deny(denial)
            metrics.cutStreams.add()
            ended += 1
        }
        return ended
    }

    /// Nil while the attempt may go on.
    func decideAgain(_ attempt: Attempt) -> Attempt.Denial? {
        if let denial = attempt.denial { return denial }
        let now = now()
        let visitor = attempt.visit.visitor
        let caller: Directory.Caller
        do throws(Directory.Rejection) { caller = try state.directory.caller(keyed: visitor.key, at: now) } catch {
            return Attempt.Denial(refusal: refusals.keyEnded)
        }
        let call: CompiledCall
        do throws(NodeState.FactsProblem) {
            call = state.bundle.policy.compile(try state.facts(caller, of: visitor, at: now))
        } catch { return Attempt.Denial(refusal: refusals.unknownUseCase()) }
        guard let compiled = state.bundle.deployments[attempt.deployment.id] else {
            return Attempt.Denial(refusal: refusals.unknownUseCase())
        }
        let decision = state.bundle.policy.evaluate(call, compiled, at: now, knownAt: now, cuts: state.cuts)
        guard !decision.isAllowed else { return nil }
        let refusal = state.bundle.refusal(
            of: .model(attempt.deployment.model), [decision], for: call, at: now, cuts: state.cuts)
        var cut: CutID?
        for ground in decision.grounds { if case .cut(let id) = ground.source { cut = cut ?? id } }
        return Attempt.Denial(refusal: refusal, cut: cut, decision: decision.encoded)
    }
}
