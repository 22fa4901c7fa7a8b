internal import CutOff
internal import Runtime
internal import Telemetry
internal import Vocabulary

extension NodeState {
    /// On which rules, cut-offs and lease this node decides.
    func addGauges(to registry: Metrics, leaseMilliseconds: Int) {
        registry.gauge("portcullis_lease_current", "1 while the firm's rules are known to be current.") {
            [unowned self] in isLeaseCurrent ? 1 : 0
        }
        registry.measure("portcullis_lease_age_seconds", "Since the control store answered the last time.") {
            [unowned self] in max(0, Double(leaseMilliseconds) / 1000 - leaseRemainingSeconds)
        }
        registry.measure("portcullis_lease_length_seconds", "How long a lease lasts.") {
            Double(leaseMilliseconds) / 1000
        }
        registry.gauge("portcullis_control_revision", "Revision of the control store that was taken over last.") {
            [unowned self] in Int(clamping: revision)
        }
        registry.gauge("portcullis_policy_epoch", "Number of the state that decisions rest on.") { [unowned self] in
            Int(clamping: epoch)
        }
        registry.gauge("portcullis_register_events", "Events of the register of cut-offs that are known here.") {
            [unowned self] in register.count
        }
        registry.gauge("portcullis_cuts_in_force", "Cut-offs in force.") { [unowned self] in cuts.count }
        registry.info("portcullis_policy_info", "The active bundle; always 1.") { [unowned self] in
            let labels: [(StaticString, String)] = [("policy", policyName)]
            return labels
        }
        registry.measure(
            "portcullis_policy_activation_timestamp_seconds", "When the active bundle was taken over here."
        ) { [unowned self] in Double(activated.nanoseconds) / 1e9 }
    }
}
