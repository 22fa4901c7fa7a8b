package import Bytes
package import Runtime
package import Vocabulary

/// Where vendor credentials come from. One module sees them; a process of its own may hold them later.
@EventLoop
package protocol CredentialSource: AnyObject {
    /// Nil when there is none, or its file may be read by others.
    func credential(for deployment: DeploymentID) -> SecretBytes?
}
