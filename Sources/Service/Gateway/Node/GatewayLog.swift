internal import Ledger
internal import Telemetry
internal import Upstream
internal import Vocabulary

/// What a gateway writes into its log: events of operation, never content.
final class GatewayLog: Sendable {
    let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func recordFailed(_ error: LedgerError) { logger.error("record_failed", ["problem": .setting(error.description)]) }
    func upstreamRefused(_ refusal: UpstreamRefusal) {
        logger.error("upstream_refused", ["problem": .setting(refusal.message)])
    }
    func upstreamFailed(_ deployment: DeploymentID, code: String, remedy: String) {
        logger.warning(
            "upstream_failed", ["deployment": .id(deployment), "code": .name(code), "remedy": .setting(remedy)])
    }
    func controlFailed(_ problem: String) { logger.error("control_failed", ["problem": .setting(problem)]) }
    func credentialProblem(_ problem: String) { logger.error("credential_problem", ["problem": .setting(problem)]) }
    func descriptorsLack() {
        logger.warning(
            "descriptors_exhausted",
            ["consequence": .word("clients are turned away with 503"), "remedy": .word("raise `ulimit -n`")])
    }
    func fenced(_ identity: LogIdentity) {
        logger.error(
            "ledger_fenced", ["log": .setting(identity.origin), "consequence": .word("the node ends and recovers")])
    }
}
