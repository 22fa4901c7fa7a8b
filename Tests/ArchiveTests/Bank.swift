// The example bank's bundle and decisions on it, for tests that explain and replay.
import Bundle
import Bytes
import Files
import Policy
import Vocabulary

enum Bank {
    private static let root = Folder.parent(of: Folder.parent(of: Folder.parent(of: #filePath)))

    static let bundle: Result<Bundle, BundleErrors> = Result { () throws(BundleErrors) in
        try Bundle.load(folder: root + "/examples/bank")
    }

    static let at = Instant(seconds: 1_791_252_000)

    /// A banker in a place asks for a deployment.
    static func decide(_ deployment: DeploymentID, in country: StaticString) throws -> Decision {
        let bundle = try bundle.get()
        guard let compiled = bundle.deployments[deployment] else { throw Missing() }
        let person = PersonFacts(
            id: PersonID("chan"), located: Located(places: .among([Country(country)]), tier: 3),
            site: .known(Country(country)), classes: .foreign, entity: .known(EntityID("mb-hk")),
            entityCountry: Country(country), ownership: .none)
        let call = CallFacts(
            principal: .human, persons: [person],
            data: DataFacts(labels: [.internal], flags: DataFacts.flags([])))
        return bundle.policy.evaluate(bundle.policy.compile(call), compiled, at: at, knownAt: at)
    }

    struct Missing: Error {}
}
