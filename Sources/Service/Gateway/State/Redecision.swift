internal import Bundle
internal import Identity
internal import Policy
internal import Registry
internal import Runtime
internal import Vocabulary

/// Decides open attempts again, at one instant. A thousand streams of one key and deployment are one question.
@EventLoop
struct Redecision {
    private struct Question: Hashable {
        var visitor: Visitor
        var deployment: DeploymentID
    }

    private let state: NodeState
    private let refusals: RefusalDesk
    private let now: Instant
    private var answers: [Question: Attempt.Denial?] = [:]
    private var calls: [Visitor: Result<CompiledCall, Attempt.Denial>] = [:]

    init(_ state: NodeState, _ refusals: RefusalDesk, at now: Instant) {
        self.state = state
        self.refusals = refusals
        self.now = now
    }

    /// Nil while the attempt may go on.
    mutating func denial(of attempt: Attempt) -> Attempt.Denial? {
        let question = Question(visitor: attempt.visit.visitor, deployment: attempt.deployment.id)
        if let known = answers[question] { return known }
        let answer = decide(attempt)
        answers[question] = answer
        return answer
    }

    private mutating func decide(_ attempt: Attempt) -> Attempt.Denial? {
        if !attempt.deployment.insidePerimeter, !state.isLeaseCurrent {
            return Attempt.Denial(refusal: refusals.noLease)
        }
        let call: CompiledCall
        switch compiled(attempt.visit.visitor) {
        case .success(let known): call = known
        case .failure(let denial): return denial
        }
        // One that was changed under its name is another way: what was sent went by the old one.
        let registry = state.bundle.registry
        guard registry.deployments[attempt.deployment.id] == attempt.deployment,
            registry.candidates(for: .model(attempt.deployment.model)).contains(attempt.deployment),
            let compiled = state.bundle.deployments[attempt.deployment.id]
        else {
            return Attempt.Denial(refusal: refusals.deploymentGone)
        }
        let decision = state.bundle.policy.evaluate(call, compiled, at: now, knownAt: now, cuts: state.cuts)
        guard !decision.isAllowed else { return nil }
        let refusal = state.bundle.refusal(
            of: .model(attempt.deployment.model), [decision], for: call, at: now, cuts: state.cuts)
        return Attempt.Denial(refusal: refusal, cut: decision.firstCut, decision: decision.encoded)
    }

    private mutating func compiled(_ visitor: Visitor) -> Result<CompiledCall, Attempt.Denial> {
        if let known = calls[visitor] { return known }
        let result: Result<CompiledCall, Attempt.Denial>
        do throws(Directory.Rejection) {
            let caller = try state.caller(visitor.bearer, at: now)
            // A use case that the bundle does not know permits nothing.
            let call = try? state.call(caller, of: visitor, at: now)
            result = call.map { .success($0) } ?? .failure(Attempt.Denial(refusal: refusals.unknownUseCase))
        } catch {
            result = .failure(Attempt.Denial(refusal: refusals.ended(visitor.bearer, error)))
        }
        calls[visitor] = result
        return result
    }
}

extension Decision {
    /// The first of the cut-offs that deny it.
    var firstCut: CutID? {
        for ground in grounds { if case .cut(let id) = ground.source { return id } }
        return nil
    }
}
