/// One option of a verb.
struct Option {
    /// With the leading dashes.
    let name: String
    /// What stands for the value in the help; nil for a switch.
    let value: String?
    let help: String
    /// Asked when the option is not given.
    let environment: String?
    let isRequired: Bool

    init(_ name: String, _ value: String? = nil, environment: String? = nil, required: Bool = false, _ help: String) {
        self.name = name
        self.value = value
        self.help = help
        self.environment = environment
        isRequired = required
    }

    static let data = Option(
        "--data", "DIR", environment: "PORTCULLIS_DATA", required: true, "the installation's data folder")
    static let json = Option("--json", nil, "print JSON (shapes under schema/)")
    static let personKey = Option(
        "--key", "KEY", environment: "PORTCULLIS_KEY", required: true, "the key of the person who acts")
}
