package import Approvals
internal import Crypto
package import Location
package import Policy
package import Registry
package import Vocabulary

/// What is decided on: registry, rules, networks, inspection and words, read from files, checked as a whole and
/// compiled. Never changes; an activation replaces it by another one.
package struct Bundle: Sendable {
    /// Version of the file format; `format` in bundle.yaml.
    static let format = 1

    package let name: String
    package let registry: Registry
    package let policy: CompiledPolicy
    package let networks: NetworkMap
    package let claims: [ClaimID: Claim]
    package let inspection: InspectionSettings
    package let texts: RefusalTexts
    /// How to object to a refusal.
    package let appeal: LocalizedText?
    /// Who signs what; the standard matrix where the files say nothing.
    package let signOffs: SignOffMatrix
    /// The facts of every deployment, compiled for `policy`.
    package let deployments: [DeploymentID: CompiledDeployment]

    let files: [BundleFile]
    let zoneFiles: [String: [UInt8]]

    /// SHA-256 of the snapshot.
    package var hash: BundleHash { policy.bundle }

    /// Reads a bundle from its files; reports everything that is wrong with it.
    package static func load(
        files: [BundleFile], zones: ZoneSource = .system
    ) throws(BundleErrors) -> Bundle {
        try Bundle(files, zones: zones)
    }

    init(_ files: [BundleFile], zones: ZoneSource) throws(BundleErrors) {
        let loader = BundleLoader(zones: zones)
        let registry = loader.read(files)
        guard let registry, let name = loader.name, loader.faults.faults.isEmpty else {
            throw BundleErrors(faults: loader.faults.faults.sorted())
        }
        self.name = name
        self.registry = registry
        self.files = files.sorted { $0.path < $1.path }
        zoneFiles = loader.zones.files
        networks = NetworkMap(loader.networks)
        claims = Dictionary(uniqueKeysWithValues: loader.claims.map { ($0.id, $0) })
        inspection = loader.inspection
        texts = RefusalTexts(loader.texts, places: loader.places)
        appeal = loader.appeal
        signOffs = SignOffMatrix(loader.signOffs)
        let snapshot = Bundle.snapshot(name: name, files: self.files, zones: zoneFiles)
        do throws(PolicyError) {
            policy = try CompiledPolicy(loader.book, bundle: Bundle.hash(of: snapshot))
        } catch {
            throw BundleErrors(faults: [BundleFault(file: "rules", position: nil, message: error.description)])
        }
        var deployments: [DeploymentID: CompiledDeployment] = [:]
        for (id, deployment) in registry.deployments {
            deployments[id] = policy.compile(DeploymentFacts(deployment, in: registry))
        }
        self.deployments = deployments
    }

    private static func hash(of snapshot: [UInt8]) -> BundleHash {
        BundleHash(SHA256.digest(snapshot).bytes) ?? .none
    }
}
