package import Bytes

extension Settings {
    /// The secret that signs what the webhook gets; nil without a webhook. A webhook without a secret stops the start.
    package func webhookSecret(in folder: DataFolder) throws(InstallationError) -> SecretBytes? {
        guard !notices.webhook.isEmpty else { return nil }
        guard !notices.webhookSecret.isEmpty else {
            throw .badSetting(
                position: folder.settings,
                problem: "webhook needs webhook_secret, the path of a file of mode 0600 with 32 characters or more")
        }
        let path = folder.resolve(notices.webhookSecret)
        var line = Array(try Secrets.read(path).prefix { $0 != 0x0A && $0 != 0x0D })
        guard line.count >= 32 else {
            throw .badSecret(
                path: path,
                problem: "expected 32 characters or more in the first line; `openssl rand -hex 32` makes a secret")
        }
        return SecretBytes(taking: &line)
    }
}
