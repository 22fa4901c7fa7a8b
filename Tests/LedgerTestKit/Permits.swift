package import Vocabulary

@testable package import Policy

/// Makes a permit for tests: the only place outside of Policy that does, through its internal initialiser.
package func testPermit(deployment: DeploymentID, lease: Lease, decision: [UInt8]) -> Permit {
    Permit(deployment: deployment, lease: lease, decision: Decision(encoded: decision))
}
